using Crescent.Api.Encoding.Json;
using Crescent.Api.Encoding.Protobuf;
using Crescent.Api.Responses;
using Crescent.Definitions;
using Crescent.Schema;

namespace Crescent.Api.Resources;

/// <summary>
/// A list in protobuf: <c>{ ListMeta metadata = 1; repeated items = 2 }</c> in the envelope of its kind, or of PartialObjectMetadataList.
/// </summary>
internal sealed class ProtobufList : IDisposable
{
    private const int TypicalItemBytes = 1024;
    private const int SmallListBytes = 4096;

    private readonly ResourceDefinition _definition;
    private readonly SchemaType _item;
    private readonly string _apiVersion;
    private readonly string _kind;
    private readonly bool _isMetadataOnly;
    private ProtobufWriter? _body;

    private ProtobufList(ResourceDefinition definition, SchemaType item, string apiVersion, string kind, bool isMetadataOnly) =>
        (_definition, _item, _apiVersion, _kind, _isMetadataOnly) = (definition, item, apiVersion, kind, isMetadataOnly);

    public ProtobufWriter Body => _body ?? throw new InvalidOperationException("The list has not been written");

    /// <summary>Null for a kind without a protobuf form.</summary>
    public static ProtobufList? TryOpen(ResourceDefinition definition, ResponseFormat format)
    {
        if (format.Shape == ResponseShape.Metadata)
        {
            var meta = SchemaCatalog.BuiltIn["k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta"];
            return new(definition, meta, $"meta.k8s.io/{format.MetaVersion}", "PartialObjectMetadataList", isMetadataOnly: true);
        }

        return SchemaCatalog.BuiltIn.TryGet(definition.SchemaType, out var type)
            ? new(definition, type, definition.ApiVersion, $"{definition.Kind}List", isMetadataOnly: false)
            : null;
    }

    public void Write(ListPage page)
    {
        var writer = _body = new(SmallListBytes + page.Items.Count * TypicalItemBytes);
        var raw = ProtobufEncoder.BeginEnvelope(writer, _apiVersion, _kind);
        var meta = writer.Begin(1);
        writer.WriteBytes(1, []);
        writer.WriteBytes(2, System.Text.Encoding.ASCII.GetBytes(page.Version.ToString()));
        writer.WriteBytes(3, System.Text.Encoding.ASCII.GetBytes(page.ContinueToken ?? ""));
        if (page.Remaining is { } remaining)
        {
            writer.WriteInteger(4, remaining);
        }

        writer.End(meta);
        foreach (var item in page.Items)
        {
            var start = writer.Begin(2);
            WriteItem(item.Body);
            writer.End(start);
        }

        ProtobufEncoder.EndEnvelope(writer, raw);
    }

    public void Dispose() => _body?.Dispose();

    private void WriteItem(byte[] body)
    {
        if (!_isMetadataOnly)
        {
            ProtobufEncoder.WriteMessage(_definition.Show(body), _item, Body);
            return;
        }

        var metadata = Body.Begin(1);
        ProtobufEncoder.WriteMessage(ObjectSlices.Metadata(body).Span, _item, Body);
        Body.End(metadata);
    }
}
