using System.Text.Json.Nodes;
using Crescent.Grains.Mutation.Patching;
using Xunit;

namespace Crescent.Grains.Tests.Mutation;

public sealed class JsonPatchTests
{
    [Theory] // Examples of RFC 6902, appendix A
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/baz","value":"qux"}]""", """{"foo":"bar","baz":"qux"}""")]
    [InlineData("""{"foo":["bar","baz"]}""", """[{"op":"add","path":"/foo/1","value":"qux"}]""", """{"foo":["bar","qux","baz"]}""")]
    [InlineData("""{"foo":["bar"]}""", """[{"op":"add","path":"/foo/-","value":["abc","def"]}]""", """{"foo":["bar",["abc","def"]]}""")]
    [InlineData("""{"baz":"qux","foo":"bar"}""", """[{"op":"remove","path":"/baz"}]""", """{"foo":"bar"}""")]
    [InlineData("""{"foo":["bar","qux","baz"]}""", """[{"op":"remove","path":"/foo/1"}]""", """{"foo":["bar","baz"]}""")]
    [InlineData("""{"baz":"qux"}""", """[{"op":"replace","path":"/baz","value":null}]""", """{"baz":null}""")]
    [InlineData("""{"foo":{"waldo":"fred"},"qux":{}}""", """[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]""", """{"foo":{},"qux":{"thud":"fred"}}""")]
    [InlineData("""{"foo":["all","grass","cows","eat"]}""", """[{"op":"move","from":"/foo/1","path":"/foo/3"}]""", """{"foo":["all","cows","eat","grass"]}""")]
    [InlineData("""{"/":9,"~1":10}""", """[{"op":"test","path":"/~01","value":10},{"op":"copy","from":"/~1","path":"/b"}]""", """{"/":9,"~1":10,"b":9}""")]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"","value":{"b":2}}]""", """{"b":2}""")]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"/a","value":1.0}]""", """{"a":1}""")]
    public void Apply_Operations_GivesTheResult(string document, string patch, string expected)
    {
        var result = JsonPatch.Apply(JsonNode.Parse(document)!, JsonNode.Parse(patch)!.AsArray(), out var error);
        Assert.Null(error);
        Assert.Equal(expected, result!.ToJsonString());
    }

    [Theory]
    [InlineData("""[{"op":"test","path":"/a","value":2}]""", "testing value /a failed")]
    [InlineData("""[{"op":"remove","path":"/b"}]""", "remove operation does not apply: doc is missing path: \"/b\": missing value")]
    [InlineData("""[{"op":"replace","path":"/b","value":1}]""", "replace operation does not apply: doc is missing key: /b: missing value")]
    [InlineData("""[{"op":"add","path":"/b/c","value":1}]""", "add operation does not apply: doc is missing path: \"/b/c\": missing value")]
    [InlineData("""[{"op":"add","path":"/l/9","value":1}]""", "add operation does not apply: unable to access invalid index: 9: invalid index referenced")]
    [InlineData("""[{"op":"add","path":"/l/01","value":1}]""", "add operation does not apply: unable to access invalid index: 01: invalid index referenced")]
    [InlineData("""[{"op":"fly","path":"/a"}]""", "unexpected JSON patch operation: fly")]
    [InlineData("""[{"op":"add","path":"/a"}]""", "add operation does not have a value: /a")]
    public void Apply_OperationThatCannotBe_LeavesTheDocumentAndSaysWhy(string patch, string expected)
    {
        var document = JsonNode.Parse("""{"a":1,"l":[]}""")!;
        Assert.Null(JsonPatch.Apply(document, JsonNode.Parse(patch)!.AsArray(), out var error));
        Assert.Equal(expected, error);
        Assert.Equal("""{"a":1,"l":[]}""", document.ToJsonString());
    }

    [Theory] // Examples of RFC 7386, appendix A
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("""{}""", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void MergePatch_OfTheRfc_GivesTheResult(string document, string patch, string expected) =>
        Assert.Equal(expected, MergePatch.Apply(JsonNode.Parse(document), JsonNode.Parse(patch))!.ToJsonString());
}
