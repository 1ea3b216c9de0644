namespace Crescent.Grains.Tests.Hosting;

[GenerateSerializer, Alias("tests.KeeperState")]
internal sealed class KeeperState
{
    [Id(0)] public string? Text { get; set; }
}
