using System.Text.Json.Nodes;
using Crescent.Api.Encoding.Protobuf;
using Crescent.Testing;
using Xunit;

namespace Crescent.Api.Tests.Encoding;

/// <summary>Bodies as kubectl 1.32 sends them; each case is <c>body.bin</c> and the JSON it means.</summary>
public sealed class ProtobufDecoderTests
{
    public static TheoryData<string> Cases => [.. TestAssets.Cases("protobuf")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void TryDecode_BodyOfKubectl_IsTheJsonItMeans(string name)
    {
        var folder = Path.Combine(TestAssets.Path("protobuf"), name);
        var isDecoded = ProtobufDecoder.TryDecode(File.ReadAllBytes(Path.Combine(folder, "body.bin")), out var decoded, out var error);
        Assert.True(isDecoded, error);

        var actual = JsonNode.Parse(decoded!.Json)!;
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        Assert.True(JsonNode.DeepEquals(expected, actual), actual.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TryDecode_BodyCutAnywhere_IsRefusedOrShorter(string name)
    {
        var body = File.ReadAllBytes(Path.Combine(TestAssets.Path("protobuf"), name, "body.bin"));
        for (var length = 0; length < body.Length; length++)
        {
            // What is left may still be a message; it must never throw.
            if (!ProtobufDecoder.TryDecode(body.AsSpan(0, length), out _, out var error))
            {
                Assert.NotEmpty(error);
            }
        }
    }

    [Fact]
    public void TryDecode_JsonBody_NamesTheMissingPrefix()
    {
        Assert.False(ProtobufDecoder.TryDecode("{}"u8, out _, out var error));
        Assert.Contains("expected prefix 6b387300", error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryDecode_UnknownKind_IsRefused()
    {
        Assert.False(ProtobufDecoder.TryDecode("k8s\0\x0a\x08\x0a\x02v1\x12\x02Zz"u8, out _, out var error));
        Assert.Equal("no kind \"Zz\" is registered for version \"v1\"", error);
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1_500_000_000, "1.5s")]
    [InlineData(3_600_000_000_000, "1h0m0s")]
    [InlineData(20_000_000, "20ms")]
    [InlineData(-61_000_000_000, "-1m1s")]
    public void GoDuration_Nanoseconds_ReadsAsGoWritesIt(long nanoseconds, string expected) => Assert.Equal(expected, GoDuration.Format(nanoseconds));
}
