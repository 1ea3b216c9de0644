using Crescent.Grains.Namespaces;
using Crescent.Grains.Tests.Reconciling;
using Xunit;

namespace Crescent.Grains.Tests.Namespaces;

public sealed class NamespaceConditionsTests
{
    [Fact]
    public void Patch_ContentLeft_CountsByTypeAndFinalizer()
    {
        var patch = NamespaceConditions.Patch(
            Snapshots.Of("""{"kind":"Namespace","metadata":{"name":"a","uid":"n"}}"""),
            [
                Snapshots.Of("""{"kind":"Pod","metadata":{"name":"p","namespace":"a","uid":"1","finalizers":["example.com/x"]}}"""),
                Snapshots.Of("""{"kind":"Pod","metadata":{"name":"q","namespace":"a","uid":"2"}}"""),
            ],
            null, DateTimeOffset.UnixEpoch)!.ToJsonString();
        Assert.Contains("Some resources are remaining: pods has 2 resource instances", patch, StringComparison.Ordinal);
        Assert.Contains("example.com/x in 1 resource instances", patch, StringComparison.Ordinal);
    }

    [Fact]
    public void Patch_AlreadySaysSo_IsNull()
    {
        var ns = System.Text.Json.Nodes.JsonNode.Parse("""{"kind":"Namespace","metadata":{"name":"a","uid":"n"}}""")!.AsObject();
        ns["status"] = NamespaceConditions.Patch(Snapshots.Of(ns), [], null, DateTimeOffset.UnixEpoch)!["status"]!.DeepClone();
        Assert.Null(NamespaceConditions.Patch(Snapshots.Of(ns), [], null, DateTimeOffset.UnixEpoch.AddHours(1)));
    }
}
