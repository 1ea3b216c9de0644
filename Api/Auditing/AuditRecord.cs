using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Api.Reviews;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Auditing;

/// <summary>What is noted of one request; the shape is <c>audit.k8s.io/v1</c> Event.</summary>
internal sealed class AuditRecord(HttpContext context, AuditLevel level, AccessRequest asked, UserInfo caller, DateTimeOffset received)
{
    private readonly string _id = Guid.NewGuid().ToString();

    public CopyStream? Request { get; set; }

    public CopyStream? Response { get; set; }

    public required bool IsAllowed { get; init; }

    public required string Reason { get; init; }

    public byte[] ToLine(string stage, DateTimeOffset now)
    {
        var item = new JsonObject
        {
            ["kind"] = "Event",
            ["apiVersion"] = "audit.k8s.io/v1",
            ["level"] = level.ToString(),
            ["auditID"] = _id,
            ["stage"] = stage,
            ["requestURI"] = $"{context.Request.Path}{context.Request.QueryString}",
            ["verb"] = asked.Verb,
            ["user"] = UserBody.Write(caller),
        };
        if (!ReferenceEquals(caller, asked.User))
        {
            item["impersonatedUser"] = UserBody.Write(asked.User);
        }

        item["sourceIPs"] = new JsonArray(context.Connection.RemoteIpAddress?.ToString() ?? "");
        item["userAgent"] = context.Request.Headers.UserAgent.ToString();
        if (asked.IsResource)
        {
            item["objectRef"] = Reference();
        }

        if (stage != "RequestReceived")
        {
            item["responseStatus"] = new JsonObject { ["metadata"] = new JsonObject(), ["code"] = context.Response.StatusCode };
            Add(item, "requestObject", Request);
            Add(item, "responseObject", Response);
            item["annotations"] = new JsonObject
            {
                ["authorization.k8s.io/decision"] = IsAllowed ? "allow" : "forbid", ["authorization.k8s.io/reason"] = Reason,
            };
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
    private static void Add(JsonObject item, string name, CopyStream? body)
    {
        if (body?.Copy is not { Length: > 0 } bytes || bytes[0] != (byte)'{')
        {
            return;
        }

        try
        {
            item[name] = JsonNode.Parse(bytes);
        }
        catch (JsonException)
        {
            item[name] = null;
        }
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
