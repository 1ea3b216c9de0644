using System.Text;
using Crescent.Api.Encoding.Yaml;
using Xunit;

namespace Crescent.Api.Tests.Encoding;

public sealed class YamlTests
{
    [Theory]
    [InlineData("a: 1", """{"a":1}""")]
    [InlineData("a: '1'", """{"a":"1"}""")]
    [InlineData("a: yes", """{"a":true}""")]
    [InlineData("a: 0x10", """{"a":16}""")]
    [InlineData("a: 0644", """{"a":420}""")]
    [InlineData("a: 1.50", """{"a":1.50}""")]
    [InlineData("a: ~", """{"a":null}""")]
    [InlineData("a:\nb: x", """{"a":null,"b":"x"}""")]
    [InlineData("1: [a, {b: c}]", """{"1":["a",{"b":"c"}]}""")]
    [InlineData("x: &r {k: v}\ny: *r\nz: {<<: *r, l: w}", """{"x":{"k":"v"},"y":{"k":"v"},"z":{"k":"v","l":"w"}}""")]
    [InlineData("{\"a\": \"b\"}", """{"a":"b"}""")]
    public void ToJson_Yaml_FollowsKubernetes(string yaml, string json)
    {
        var decoded = YamlReader.ToJson(System.Text.Encoding.UTF8.GetBytes(yaml), "Pod");
        Assert.Null(decoded.Error);
        Assert.Equal(json, System.Text.Encoding.UTF8.GetString(decoded.Body));
    }

    [Theory]
    [InlineData("a: [1")]
    [InlineData("a: *none")]
    [InlineData("a: \"x")]
    [InlineData("patch: {dat is\na: null}\nb: c")]
    public void ToJson_Malformed_IsRefused(string yaml) =>
        Assert.Equal(400, YamlReader.ToJson(System.Text.Encoding.UTF8.GetBytes(yaml), "Pod").Error?.Code);

    [Theory]
    [InlineData("""{"a":{},"b":[],"c":"yes","d":"1","e":["x"],"f":"two\nlines\n","g":null,"h":"2026-01-01T00:00:00Z"}""")]
    public void FromJson_Object_ReadsBackTheSame(string json)
    {
        var yaml = YamlText.FromJson(System.Text.Encoding.UTF8.GetBytes(json));
        Assert.Equal(json, System.Text.Encoding.UTF8.GetString(YamlReader.ToJson(yaml, "Pod").Body));
    }
}
