using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Api.Reviews;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Auditing;

/// <summary>What is noted of one request; the shape is <c>audit.k8s.io/v1</c> Event.</summary>
internal sealed class AuditRecord(
    HttpContext context, AuditLevel level, AuditStage omitted, AccessRequest asked, bool omitsManagedFields, DateTimeOffset received)
{
    private ImmutableDictionary<string, string> _annotations = ImmutableDictionary<string, string>.Empty;
    private readonly string _id = Guid.NewGuid().ToString();

    public CopyStream? Request { get; set; }

    public CopyStream? Response { get; set; }

    /// <summary>Nobody was known for the credentials.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>As whom he went on.</summary>
    public UserInfo? Impersonated { get; set; }

    public bool Has(AuditStage stage) => (omitted & stage) == 0;

    public void Annotate(IEnumerable<KeyValuePair<string, string>> annotations) => _annotations = _annotations.SetItems(annotations);

    public void Decide(in AccessDecision decision) => Annotate(
    [
        new("authorization.k8s.io/decision", decision.IsAllowed ? "allow" : "forbid"), new("authorization.k8s.io/reason", decision.Reason ?? ""),
    ]);

    public byte[] ToLine(AuditStage stage, DateTimeOffset now)
    {
        var item = new JsonObject
        {
            ["kind"] = "Event",
            ["apiVersion"] = "audit.k8s.io/v1",
            ["level"] = level.ToString(),
            ["auditID"] = _id,
            ["stage"] = stage.ToString(),
            ["requestURI"] = $"{context.Request.Path}{context.Request.QueryString}",
            ["verb"] = asked.Verb,
            ["user"] = IsUnknown ? new JsonObject() : UserBody.Write(asked.User),
        };
        if (Impersonated is { } other)
        {
            item["impersonatedUser"] = UserBody.Write(other);
        }

        item["sourceIPs"] = new JsonArray(context.Connection.RemoteIpAddress?.ToString() ?? "");
        item["userAgent"] = context.Request.Headers.UserAgent.ToString();
        if (asked.IsResource)
        {
            item["objectRef"] = Reference();
        }

        if (stage != AuditStage.RequestReceived)
        {
            item["responseStatus"] = IsUnknown
                ? new() { ["metadata"] = new JsonObject(), ["status"] = "Failure", ["message"] = $"Authentication failed, attempted: {Attempted()}", ["code"] = 401 }
                : new JsonObject { ["metadata"] = new JsonObject(), ["code"] = context.Response.StatusCode };
            Add(item, "requestObject", Request);
            Add(item, "responseObject", Response);
            if (!_annotations.IsEmpty)
            {
                item["annotations"] = new JsonObject(_annotations.OrderBy(static note => note.Key, StringComparer.Ordinal)
                    .Select(static note => KeyValuePair.Create(note.Key, (JsonNode?)note.Value)));
            }
        }

        item["requestReceivedTimestamp"] = Time(received);
        item["stageTimestamp"] = Time(now);
        return [.. JsonSerializer.SerializeToUtf8Bytes(item), (byte)'\n'];
    }

    private JsonObject Reference()
    {
        var reference = new JsonObject();
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)
            [("resource", asked.Resource), ("namespace", asked.Namespace), ("name", asked.Name), ("apiGroup", asked.Group), ("apiVersion", asked.Version), ("subresource", asked.Subresource)])
        {
            if (value.Length > 0)
            {
                reference[name] = value;
            }
        }

        return reference;
    }

    // Bodies that are too long, compressed or no JSON are left out.
    private void Add(JsonObject item, string name, CopyStream? body)
    {
        if (body?.Copy is not { Length: > 0 } bytes || bytes[0] != (byte)'{')
        {
            return;
        }

        try
        {
            var node = JsonNode.Parse(bytes);
            if (omitsManagedFields && node is JsonObject noted)
            {
                StripManagers(noted);
                foreach (var member in (noted["items"] as JsonArray ?? []).OfType<JsonObject>())
                {
                    StripManagers(member);
                }
            }

            item[name] = node;
        }
        catch (JsonException)
        {
            item[name] = null;
        }
    }

    private static void StripManagers(JsonObject item) => (item["metadata"] as JsonObject)?.Remove("managedFields");

    private string Attempted() =>
        context.Connection.ClientCertificate is not null ? "x509"
        : context.Request.Headers.Authorization.ToString().StartsWith("Basic", StringComparison.OrdinalIgnoreCase) ? "basic" : "bearer";

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
