using Crescent.Grains.Tests.Storage;

[assembly: AssemblyFixture(typeof(TestDatabase))]
