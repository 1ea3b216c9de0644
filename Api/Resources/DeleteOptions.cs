using System.Text.Json;
using Crescent.Api.Encoding;
using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Api.Resources;

/// <summary>DeleteOptions from the body or, without one, from the query.</summary>
internal sealed class DeleteOptions
{
    public long? GracePeriodSeconds { get; private set; }
    public DeletionPropagation Propagation { get; private set; }
    public Preconditions? Preconditions { get; private set; }
    public bool IsDryRun { get; private set; }

    public static async ValueTask<(DeleteOptions Options, ResourceError? Error)> ReadAsync(ResourceRequest request)
    {
        var options = new DeleteOptions();
        if (!request.Query.TryInteger("gracePeriodSeconds", out var grace, out var error)
            || !options.TryPropagation(request.Query.Text("propagationPolicy"), out error))
        {
            return (options, error);
        }

        options.GracePeriodSeconds = grace;
        if (options.Propagation == DeletionPropagation.Default && request.Query.Text("orphanDependents") is { Length: > 0 } orphan)
        {
            options.Propagation = orphan is "true" or "1" ? DeletionPropagation.Orphan : DeletionPropagation.Background;
        }

        var body = await RequestBody.ReadObjectAsync(request.Http.Request, "DeleteOptions");
        if (body.Error is not null || body.Body.Length == 0)
        {
            return (options, body.Error);
        }

        try
        {
            using var document = JsonDocument.Parse(body.Body);
            options.TryApply(document.RootElement, out error);
            return (options, error);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return (options, DecodeErrors.Unrecognized("DeleteOptions", $"couldn't get version/kind; json parse error: {exception.Message}", body.Body));
        }
    }

    public DeleteRequest ToRequest(MutationContext context) => new()
    {
        Context = context, GracePeriodSeconds = GracePeriodSeconds, Propagation = Propagation, Preconditions = Preconditions,
    };

    private bool TryApply(JsonElement body, out ResourceError? error)
    {
        error = null;
        if (body.TryGetProperty("gracePeriodSeconds", out var grace) && grace.ValueKind != JsonValueKind.Null)
        {
            GracePeriodSeconds = grace.GetInt64();
        }

        if (body.TryGetProperty("orphanDependents", out var orphan) && orphan.ValueKind != JsonValueKind.Null)
        {
            Propagation = orphan.GetBoolean() ? DeletionPropagation.Orphan : DeletionPropagation.Background;
        }

        if (body.TryGetProperty("dryRun", out var dryRun) && dryRun.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in dryRun.EnumerateArray())
            {
                if (item.GetString() != "All")
                {
                    error = ApiErrors.Invalid("DeleteOptions", "dryRun", $"Unsupported value: \"{item.GetString()}\": supported values: \"All\"", "FieldValueNotSupported");
                    return false;
                }

                IsDryRun = true;
            }
        }

        if (body.TryGetProperty("preconditions", out var preconditions) && preconditions.ValueKind == JsonValueKind.Object)
        {
            var uid = preconditions.TryGetProperty("uid", out var uidValue) ? uidValue.GetString() : null;
            ResourceVersion? version = null;
            if (preconditions.TryGetProperty("resourceVersion", out var text) && text.GetString() is { } versionText)
            {
                // A version that is none matches nothing: keep it as one that cannot be current.
                version = ResourceVersion.TryParse(versionText, out var parsed) ? parsed : new ResourceVersion(long.MaxValue);
            }

            Preconditions = new() { Uid = uid, Version = version };
        }

        return !body.TryGetProperty("propagationPolicy", out var policy) || policy.ValueKind == JsonValueKind.Null
            || TryPropagation(policy.GetString() ?? string.Empty, out error);
    }

    private bool TryPropagation(string text, out ResourceError? error)
    {
        error = null;
        switch (text)
        {
            case "":
                break;
            case "Background":
                Propagation = DeletionPropagation.Background;
                break;
            case "Foreground":
                Propagation = DeletionPropagation.Foreground;
                break;
            case "Orphan":
                Propagation = DeletionPropagation.Orphan;
                break;
            default:
                error = ApiErrors.Invalid(
                    "DeleteOptions", "propagationPolicy", $"Unsupported value: \"{text}\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"",
                    "FieldValueNotSupported");
                break;
        }

        return error is null;
    }
}
