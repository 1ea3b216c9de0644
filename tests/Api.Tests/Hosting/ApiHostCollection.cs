using Xunit;

namespace Crescent.Api.Tests.Hosting;

[CollectionDefinition(Name)]
public sealed class ApiHostCollection : ICollectionFixture<ApiHostFixture>
{
    public const string Name = "api host";
}
