using System.Net.WebSockets;
using System.Text.Json;
using Crescent.Api.Encoding.Json;
using Crescent.Api.Encoding.Protobuf;
using Crescent.Api.Encoding.Yaml;
using Crescent.Api.Proxying;
using Crescent.Api.Requests;
using Crescent.Api.Selectors;
using Crescent.Api.Streaming;
using Crescent.Api.Streaming.Spdy;
using Crescent.Definitions;

namespace Crescent.Api.Tests.Fuzzing;

/// <summary>Everything that reads bytes of strangers, called directly: refusing is fine, throwing is a finding.</summary>
internal sealed class Decoders(Corpus corpus, ResourceCatalog catalog, Random random)
{
    private readonly Mutator _mutator = new(random);
    private readonly ResourceDefinition _pods = catalog.Definitions.First(static item => item.Type.ToString() == "pods");

    /// <summary>One input to one decoder; answers what it was, for the report of a finding.</summary>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        switch (random.Next(10))
        {
            case < 3:
                return Read("protobuf", Damaged(corpus.Protobuf), static body => ProtobufDecoder.TryDecode(body, out _, out _));
            case 3:
                return Read("YAML", Damaged(corpus.Yaml), static body => YamlReader.ToJson(body, "Pod"));
            case 4:
                return Read("JSON", Damaged(corpus.Json), static body => ObjectHeader.TryRead(body, "Job", out _, out _));
            case < 7:
                return Read("selector", _mutator.Mutate(Pick(corpus.Selectors), Pick(corpus.Selectors)), text =>
                {
                    LabelSelector.TryParse(text, out _, out _);
                    FieldSelector.TryParse(text, _pods, out _, out _);
                    Crescent.Api.Requests.GoDuration.TryParse(text, out _);
                });
            case 7:
                return Read("path", _mutator.Mutate(Pick(Requests.Paths), Pick(Requests.Paths)), static text =>
                {
                    var path = RequestPath.Parse(text);
                    ProxyPath.TryRead(text, path, out _);
                    ProxyName.TryParse(text, out _);
                });
            case 8:
                var frames = Damaged(corpus.Spdy);
                await SpdyAsync(frames, cancellationToken);
                return Describe("SPDY", frames);
            default:
                var messages = Damaged(corpus.WebSocket);
                await WebSocketAsync(messages, cancellationToken);
                return Describe("WebSocket", messages);
        }
    }

    private static async Task SpdyAsync(byte[] frames, CancellationToken cancellationToken)
    {
        using var transport = new MemoryStream();
        transport.Write(frames);
        transport.Position = 0;
        await using var connection = new SpdyConnection(transport);
        await connection.RunAsync(cancellationToken);
    }

    private static async Task WebSocketAsync(byte[] messages, CancellationToken cancellationToken)
    {
        using var socket = WebSocket.CreateFromStream(new Conversation(messages), new WebSocketCreationOptions { IsServer = true });
        await new WebSocketPortForward(socket, [80, 81], static (port, _) => throw new NodeRefusedException($"nobody listens on {port}"), TimeProvider.System)
            .RunAsync(cancellationToken);
    }

    private static string Read(string what, byte[] input, Action<byte[]> read) => Guarded(Describe(what, input), () => read(input));

    private static string Read(string what, string input, Action<string> read) => Guarded($"{what} {JsonSerializer.Serialize(input)}", () => read(input));

    private static string Guarded(string what, Action read)
    {
        try
        {
            read();
            return what;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(what, exception);
        }
    }

    private static string Describe(string what, byte[] input) => $"{what} {Convert.ToBase64String(input)}";

    private byte[] Damaged(IReadOnlyList<byte[]> seeds) => _mutator.Mutate(Pick(seeds), Pick(seeds));

    private T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    /// <summary>Says what it was given and takes any answer.</summary>
    private sealed class Conversation(byte[] messages) : MemoryStream(messages, writable: false)
    {
        public override bool CanWrite => true;

        public override void Write(byte[] buffer, int offset, int count) { }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush() { }
    }
}
