using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Resources;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Collects field problems in the wording of apimachinery's <c>field.Error</c>.</summary>
internal sealed class Problems
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ImmutableArray<ErrorCause>.Builder _causes = ImmutableArray.CreateBuilder<ErrorCause>();

    public bool IsEmpty => _causes.Count == 0;

    public ImmutableArray<ErrorCause> Causes => _causes.ToImmutable();

    public void Required(string field, string detail = "") => Add("FieldValueRequired", field, "Required value", detail);

    public void Invalid(string field, JsonNode? value, string detail) => Add("FieldValueInvalid", field, $"Invalid value: {Show(value)}", detail);

    public void Duplicate(string field, JsonNode? value) => Add("FieldValueDuplicate", field, $"Duplicate value: {Show(value)}", "");

    public void Forbidden(string field, string detail) => Add("FieldValueForbidden", field, "Forbidden", detail);

    public void TooLong(string field, int limit) =>
        Add("FieldValueTooLong", field, "Too long", string.Create(CultureInfo.InvariantCulture, $"may not be more than {limit} bytes"));

    public void TooMany(string field, int count, int most) =>
        Add("FieldValueTooMany", field, string.Create(CultureInfo.InvariantCulture, $"Too many: {count}"), $"must have at most {most} items");

    public void NotSupported(string field, string value, params ReadOnlySpan<string> supported)
    {
        var names = supported.ToArray().Order(StringComparer.Ordinal).Select(static name => $"\"{name}\"");
        Add("FieldValueNotSupported", field, $"Unsupported value: \"{value}\"", $"supported values: {string.Join(", ", names)}");
    }

    /// <summary>A value that must be one of a few when it is there.</summary>
    public void OneOf(JsonObject? owner, string name, string path, params ReadOnlySpan<string> supported)
    {
        if (owner.Text(name) is { Length: > 0 } value && !supported.Contains(value))
        {
            NotSupported(path.Length == 0 ? name : $"{path}.{name}", value, supported);
        }
    }

    public void NonNegative(JsonObject? owner, string name, string path)
    {
        if (owner.Integer(name) is < 0 and var value)
        {
            Invalid(path.Length == 0 ? name : $"{path}.{name}", value, "must be greater than or equal to 0");
        }
    }

    /// <summary>A field that stays as it was created.</summary>
    public void Immutable(JsonObject? updated, JsonObject? old, string name, string path)
    {
        if (!updated?[name].SameAs(old?[name]) ?? old?[name] is not null)
        {
            Invalid(path.Length == 0 ? name : $"{path}.{name}", updated?[name]?.DeepClone(), "field is immutable");
        }
    }

    public void Add(string reason, string field, string what, string detail = "") =>
        _causes.Add(new() { Reason = reason, Field = field, Message = detail.Length == 0 ? what : $"{what}: {detail}" });

    private static string Show(JsonNode? value) => value?.ToJsonString(Readable) ?? "null";
}
