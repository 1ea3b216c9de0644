using System.Text.Json.Nodes;
using Crescent.Api.Encoding.Protobuf;
using Crescent.Definitions;
using Crescent.Schema;
using Crescent.Testing;
using Xunit;

namespace Crescent.Api.Tests.Encoding;

public sealed class ProtobufEncoderTests
{
    public static TheoryData<string> Cases => [.. TestAssets.Cases("protobuf")];

    public static TheoryData<string, string> Kinds =>
        [.. ResourceCatalog.BuiltIn.Definitions.Select(static item => (item.ApiVersion, item.Kind)).Append(("v1", "Status"))];

    [Fact]
    public void TryEncode_ConfigMap_IsTheDocumentedBytes()
    {
        var bytes = Encode("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","creationTimestamp":null},"data":{"k":"v"},"unheard":1}""");
        Assert.Equal(
            "6B387300" + "0A0F" + "0A027631" + "1209436F6E6669674D6170" + "120D" + "0A03" + "0A0161" + "1206" + "0A016B" + "120176" + "1A00" + "2200",
            Convert.ToHexString(bytes));
    }

    [Fact]
    public void WriteMessage_ContainerPort_WritesNumbersAndTexts()
    {
        using var writer = new ProtobufWriter();
        ProtobufEncoder.WriteMessage("""{"name":"http","containerPort":8080,"protocol":"TCP"}"""u8, SchemaCatalog.BuiltIn["k8s.io.api.core.v1.ContainerPort"], writer);
        Assert.Equal("0A0468747470" + "18903F" + "2203544350", Convert.ToHexString(writer.Written));
    }

    [Fact]
    public void WriteMessage_IntOrStringAndTime_WriteEveryPartAsGoDoes()
    {
        using var writer = new ProtobufWriter();
        ProtobufEncoder.WriteMessage("""{"port":"http"}"""u8, SchemaCatalog.BuiltIn["k8s.io.api.core.v1.TCPSocketAction"], writer);
        Assert.Equal("0A0A" + "0801" + "1000" + "1A0468747470", Convert.ToHexString(writer.Written));

        using var times = new ProtobufWriter();
        ProtobufEncoder.WriteMessage("""{"creationTimestamp":"1970-01-01T00:00:05Z"}"""u8, SchemaCatalog.BuiltIn["k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta"], times);
        Assert.Equal("4204" + "0805" + "1000", Convert.ToHexString(times.Written));
    }

    /// <summary>Go declares them as lists of their own, and those are messages.</summary>
    [Fact]
    public void WriteMessage_VerbsOfAResource_AreAMessageOfTheirOwn()
    {
        const string Json = """{"name":"pods","verbs":["get","list"]}""";
        var type = SchemaCatalog.BuiltIn["k8s.io.apimachinery.pkg.apis.meta.v1.APIResource"];
        using var writer = new ProtobufWriter();
        ProtobufEncoder.WriteMessage(System.Text.Encoding.UTF8.GetBytes(Json), type, writer);
        var written = Convert.ToHexString(writer.Written);
        Assert.Contains("220B" + "0A03676574" + "0A046C697374", written, StringComparison.Ordinal);
        var read = new JsonObject();
        ProtobufMessage.Read(writer.Written, type, read, 0);
        Assert.Equal("""["get","list"]""", read["verbs"]!.ToJsonString());
    }

    [Fact]
    public void TryEncode_UnknownKind_WritesNothing()
    {
        using var writer = new ProtobufWriter();
        Assert.False(ProtobufEncoder.TryEncode("""{"apiVersion":"example.com/v1","kind":"Thing"}"""u8, writer));
        Assert.Equal(0, writer.Length);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TryEncode_WhatKubectlSent_DecodesToTheSame(string name)
    {
        var expected = File.ReadAllText(Path.Combine(TestAssets.Path("protobuf"), name, "expected.json"));
        AssertSame(JsonNode.Parse(expected)!, Encode(expected));
    }

    public static TheoryData<string> Examples => [.. TestAssets.Cases("kinds")];

    /// <summary>
    /// What the server stores of each kind, defaults included. Messages that hold nothing but zeros are left out when read, as Go's structs
    /// do not tell them from absent ones; an object inside another one (a claim template) has no kind there.
    /// </summary>
    [Theory]
    [MemberData(nameof(Examples))]
    public void TryEncode_StoredObjectOfAKind_DecodesToTheSame(string name)
    {
        var stored = File.ReadAllText(Path.Combine(TestAssets.Path("kinds"), name, "stored.json"));
        Assert.True(ProtobufDecoder.TryDecode(Encode(stored), out var decoded, out var error), error);
        var (expected, actual) = (JsonNode.Parse(stored)!.AsObject(), JsonNode.Parse(decoded!.Json)!.AsObject());
        DropZeros(expected);
        DropZeros(actual);
        Assert.True(JsonNode.DeepEquals(expected, actual), $"expected {expected.ToJsonString()}\n     got {actual.ToJsonString()}");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TryEncode_GeneratedObjects_DecodeToTheSame(string apiVersion, string kind)
    {
        Assert.True(SchemaCatalog.BuiltIn.TryGetKind(apiVersion, kind, out var type));
        for (var seed = 0; seed < 30; seed++)
        {
            var item = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind };
            foreach (var (name, value) in new GeneratedObject(new Random(seed)).Make(type))
            {
                item[name] = value?.DeepClone();
            }

            AssertSame(item, Encode(item.ToJsonString()));
        }
    }

    private static void DropZeros(JsonObject item)
    {
        foreach (var (name, value) in item.ToList())
        {
            foreach (var child in value is JsonArray items ? items.OfType<JsonObject>() : [])
            {
                DropZeros(child);
                if (child.ContainsKey("metadata"))
                {
                    child.Remove("apiVersion");
                    child.Remove("kind");
                }
            }

            if (value is JsonObject member)
            {
                DropZeros(member);
                if (member.All(static field => field.Value?.ToJsonString() == "0"))
                {
                    item.Remove(name);
                }
            }
        }
    }

    private static byte[] Encode(string json)
    {
        using var writer = new ProtobufWriter();
        Assert.True(ProtobufEncoder.TryEncode(System.Text.Encoding.UTF8.GetBytes(json), writer));
        return writer.Written.ToArray();
    }

    private static void AssertSame(JsonNode expected, byte[] encoded)
    {
        Assert.True(ProtobufDecoder.TryDecode(encoded, out var decoded, out var error), error);
        var actual = JsonNode.Parse(decoded!.Json)!;
        Assert.True(JsonNode.DeepEquals(expected, actual), $"expected {expected.ToJsonString()}\n     got {actual.ToJsonString()}");
    }
}
