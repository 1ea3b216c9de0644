using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Crescent.Api.Encoding.Protobuf;
using Crescent.Api.Streaming.Spdy;
using Crescent.Api.Tests.Encoding;
using Crescent.Definitions;
using Crescent.Schema;
using Crescent.Testing;

namespace Crescent.Api.Tests.Fuzzing;

/// <summary>What real clients send, by form.</summary>
internal sealed class Corpus
{
    public Corpus(ResourceCatalog catalog, Random random)
    {
        var kinds = TestAssets.Cases("kinds").Select(static name => Path.Combine(TestAssets.Path("kinds"), name)).ToList();
        Yaml = [.. kinds.SelectMany(static folder => Directory.GetFiles(folder, "*.yaml")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        Stored = TestAssets.Cases("kinds").ToDictionary(
            static name => name, static name => File.ReadAllBytes(Path.Combine(TestAssets.Path("kinds"), name, "stored.json")), StringComparer.Ordinal);
        Json = [.. kinds.Select(static folder => File.ReadAllBytes(Path.Combine(folder, "stored.json")))];
        var made = new GeneratedObject(random);
        Protobuf =
        [
            .. TestAssets.Cases("protobuf").Select(static name => File.ReadAllBytes(Path.Combine(TestAssets.Path("protobuf"), name, "body.bin"))),
            .. Json.Select(static body => Encode(body)).OfType<byte[]>(),
            .. catalog.Definitions.Select(item => Made(made.Make(SchemaCatalog.BuiltIn[item.SchemaType]), item)).OfType<byte[]>(),
        ];
    }

    public IReadOnlyList<byte[]> Yaml { get; }

    public IReadOnlyList<byte[]> Json { get; }

    /// <summary>An object of a kind as it is stored, by plural.</summary>
    public IReadOnlyDictionary<string, byte[]> Stored { get; }

    public IReadOnlyList<byte[]> Protobuf { get; }

    public IReadOnlyList<byte[]> Spdy { get; } = [Spdies()];

    /// <summary>Masked frames as a client sends them: data, an empty one, a fragment, a ping, a close.</summary>
    public IReadOnlyList<byte[]> WebSocket { get; } =
    [
        [0x82, 0x85, 1, 2, 3, 4, 1, 2 ^ 'a', 3 ^ 'b', 4 ^ 'c', 1 ^ 'd', 0x82, 0x80, 0, 0, 0, 0, 0x02, 0x82, 0, 0, 0, 0, 2, 1, 0x80, 0x81, 0, 0, 0, 0, 7, 0x89, 0x80, 0, 0, 0, 0, 0x88, 0x82, 0, 0, 0, 0, 3, 0xe8],
        [0x82, 0x82, 0, 0, 0, 0, 255, 0, 0x88, 0x80, 0, 0, 0, 0],
    ];

    public IReadOnlyList<string> Selectors { get; } =
    [
        "a=b", "a==b,c!=d", "app in (a, b),tier notin (x)", "!a,example.com/b", "metadata.name=x", "spec.nodeName=n1,status.phase!=Running",
    ];

    /// <summary>JSON of the patches that kubectl and controllers send; the form is named by the request.</summary>
    public IReadOnlyList<string> Patches { get; } =
    [
        """{"data":{"a":"1","b":null}}""",
        """[{"op":"test","path":"/data/a","value":"1"},{"op":"replace","path":"/data/a","value":"2"},{"op":"move","from":"/data/a","path":"/data/c"},{"op":"copy","from":"/data/c","path":"/data/d"},{"op":"remove","path":"/data/d"}]""",
        """{"metadata":{"finalizers":["a/b"],"$deleteFromPrimitiveList/finalizers":["c/d"],"labels":{"a":"b"}}}""",
        """{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"c"},{"name":"d"}],"containers":[{"name":"c","image":"x","env":[{"name":"A","$patch":"delete"}]},{"$patch":"delete","name":"e"}],"$retainKeys":["containers"]}}}}""",
        """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"fuzzed","labels":{"a":"b"}},"data":{"a":"1"}}""",
        """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"fuzzed"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"x","ports":[{"containerPort":80}]}]}}}}""",
    ];

    private static byte[]? Encode(byte[] json)
    {
        using var writer = new ProtobufWriter();
        return ProtobufEncoder.TryEncode(json, writer) ? writer.Written.ToArray() : null;
    }

    private static byte[]? Made(JsonObject item, ResourceDefinition definition)
    {
        item["apiVersion"] = definition.ApiVersion;
        item["kind"] = definition.Kind;
        return Encode(System.Text.Encoding.UTF8.GetBytes(item.ToJsonString()));
    }

    private static byte[] Spdies()
    {
        var writer = new SpdyHeaderWriter();
        var frames = new List<byte>();
        for (uint id = 1; id < 9; id += 2)
        {
            var head = new byte[10];
            BinaryPrimitives.WriteUInt32BigEndian(head, id);
            frames.AddRange(SpdyFrame.Control(
                SpdyFrameType.SynStream, 0, (ReadOnlySpan<byte>)[.. head, .. writer.Write(("streamtype", "data"), ("port", "80"), ("requestid", "0"))]));
            var data = new byte[SpdyFrame.HeadBytes + 5];
            SpdyFrame.WriteDataHead(data, id, id == 5, 5);
            frames.AddRange(data);
        }

        frames.AddRange(SpdyFrame.Numbers(SpdyFrameType.Ping, 7));
        frames.AddRange(SpdyFrame.Numbers(SpdyFrameType.WindowUpdate, 1, 1000));
        frames.AddRange(SpdyFrame.Numbers(SpdyFrameType.RstStream, 1, 5));
        frames.AddRange(SpdyFrame.Numbers(SpdyFrameType.GoAway, 1, 0));
        return [.. frames];
    }
}
