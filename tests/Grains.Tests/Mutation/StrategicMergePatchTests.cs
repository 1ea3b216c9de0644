using System.Text.Json.Nodes;
using Crescent.Grains.Mutation.Patching;
using Crescent.Schema;
using Xunit;

namespace Crescent.Grains.Tests.Mutation;

public sealed class StrategicMergePatchTests
{
    private const string PodSpec = "k8s.io.api.core.v1.PodSpec";
    private const string ObjectMeta = "k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    [Theory]
    [InlineData( // merges by key, keeps the rest, new items at the end
        PodSpec, """{"containers":[{"name":"a","image":"1"},{"name":"b","image":"1"}]}""",
        """{"containers":[{"name":"b","image":"2"},{"name":"c","image":"3"}]}""",
        """{"containers":[{"name":"a","image":"1"},{"name":"b","image":"2"},{"name":"c","image":"3"}]}""")]
    [InlineData( // order as the patch sets it
        PodSpec, """{"containers":[{"name":"a"},{"name":"b"}]}""",
        """{"$setElementOrder/containers":[{"name":"c"},{"name":"b"},{"name":"a"}],"containers":[{"name":"c","image":"3"}]}""",
        """{"containers":[{"name":"c","image":"3"},{"name":"b"},{"name":"a"}]}""")]
    [InlineData( // order alone
        PodSpec, """{"containers":[{"name":"a"},{"name":"b"}]}""", """{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}]}""",
        """{"containers":[{"name":"b"},{"name":"a"}]}""")]
    [InlineData( // deletes one item
        PodSpec, """{"containers":[{"name":"a"},{"name":"b"}]}""", """{"containers":[{"$patch":"delete","name":"a"}]}""", """{"containers":[{"name":"b"}]}""")]
    [InlineData( // replaces the list
        PodSpec, """{"containers":[{"name":"a"},{"name":"b"}]}""", """{"containers":[{"name":"z"},{"$patch":"replace"}]}""", """{"containers":[{"name":"z"}]}""")]
    [InlineData( // null removes, also inside an item
        PodSpec, """{"hostname":"h","containers":[{"name":"a","image":"1"}]}""", """{"hostname":null,"containers":[{"name":"a","image":null}]}""",
        """{"containers":[{"name":"a"}]}""")]
    [InlineData( // a list without merge key is replaced
        PodSpec, """{"tolerations":[{"key":"a"}]}""", """{"tolerations":[{"key":"b"}]}""", """{"tolerations":[{"key":"b"}]}""")]
    [InlineData( // retains keys: one volume source replaces another
        PodSpec, """{"volumes":[{"name":"v","emptyDir":{}}]}""", """{"volumes":[{"name":"v","$retainKeys":["name","hostPath"],"hostPath":{"path":"/x"}}]}""",
        """{"volumes":[{"name":"v","hostPath":{"path":"/x"}}]}""")]
    [InlineData( // primitive lists merge, and items are taken out
        ObjectMeta, """{"finalizers":["a","b"]}""", """{"$deleteFromPrimitiveList/finalizers":["a"],"finalizers":["c","b"]}""", """{"finalizers":["c","b"]}""")]
    [InlineData( // maps
        ObjectMeta, """{"labels":{"a":"1","b":"2"}}""", """{"labels":{"a":null,"c":"3"}}""", """{"labels":{"b":"2","c":"3"}}""")]
    [InlineData( // replaces a map
        ObjectMeta, """{"labels":{"a":"1"}}""", """{"labels":{"$patch":"replace","c":"3"}}""", """{"labels":{"c":"3"}}""")]
    public void Apply_PatchWithMergeKeysAndDirectives_GivesWhatKubernetesGives(string type, string document, string patch, string expected)
    {
        var result = StrategicMergePatch.Apply(
            JsonNode.Parse(document)!.AsObject(), JsonNode.Parse(patch)!.AsObject(), type, SchemaCatalog.BuiltIn, out var error);
        Assert.Null(error);
        Assert.Equal(expected, result!.ToJsonString());
    }

    [Fact]
    public void Apply_ItemWithoutItsMergeKey_IsRefused()
    {
        var result = StrategicMergePatch.Apply(
            JsonNode.Parse("""{"containers":[{"name":"a"}]}""")!.AsObject(), JsonNode.Parse("""{"containers":[{"image":"x"}]}""")!.AsObject(), PodSpec,
            SchemaCatalog.BuiltIn, out var error);
        Assert.Null(result);
        Assert.Contains("does not contain declared merge key: name", error, StringComparison.Ordinal);
    }
}
