using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Resources;

namespace Crescent.Api.Resources;

/// <summary>Reads the query parameters of mutations into a <see cref="MutationContext"/>.</summary>
internal static class MutationOptions
{
    private const int MaxManagerLength = 128;

    public static bool TryRead(
        ResourceRequest request, string optionsKind, out MutationContext context, out ResourceError? error, bool? bodyDryRun = null,
        string? subresource = null)
    {
        context = null!;
        if (!TryDryRun(request, optionsKind, out var isDryRun, out error) || !TryValidation(request, optionsKind, out var validation, out error))
        {
            return false;
        }

        var manager = request.Query.Text("fieldManager");
        if (manager.Length > MaxManagerLength)
        {
            error = ApiErrors.Invalid(optionsKind, "fieldManager", $"Too long: may not be more than {MaxManagerLength} bytes", "FieldValueTooLong");
            return false;
        }

        context = new()
        {
            User = request.User.Name, Groups = request.User.Groups, UserUid = request.User.Uid,
            UserExtra = request.User.Extra.Count == 0 ? [] : [.. request.User.Extra.Select(static fact => new UserFact { Key = fact.Key, Values = fact.Value })],
            FieldManager = manager.Length != 0 ? manager : AgentName(request),
            Subresource = subresource ?? request.Path.Subresource, IsDryRun = isDryRun || bodyDryRun == true, FieldValidation = validation,
            ApiVersion = request.Definition.Conversion is null ? "" : request.Definition.ApiVersion, ChecksStatus = true,
        };
        return true;
    }

    private static bool TryDryRun(ResourceRequest request, string optionsKind, out bool isDryRun, out ResourceError? error)
    {
        var text = request.Query.Text("dryRun");
        isDryRun = text == "All";
        error = text is "" or "All"
            ? null
            : ApiErrors.Invalid(optionsKind, "dryRun", $"Unsupported value: \"{text}\": supported values: \"All\"", "FieldValueNotSupported");
        return error is null;
    }

    private static bool TryValidation(ResourceRequest request, string optionsKind, out FieldValidation validation, out ResourceError? error)
    {
        var text = request.Query.Text("fieldValidation");
        (validation, var isKnown) = text switch
        {
            "" or "Warn" => (FieldValidation.Warn, true),
            "Ignore" => (FieldValidation.Ignore, true),
            "Strict" => (FieldValidation.Strict, true),
            _ => (FieldValidation.Warn, false),
        };
        error = isKnown
            ? null
            : ApiErrors.Invalid(
                optionsKind, "fieldValidation", $"Unsupported value: \"{text}\": supported values: \"Ignore\", \"Strict\", \"Warn\"", "FieldValueNotSupported");
        return isKnown;
    }

    /// <summary>Kubernetes' default manager: the user agent up to the first slash.</summary>
    private static string AgentName(ResourceRequest request)
    {
        var agent = request.Http.Request.Headers.UserAgent.ToString();
        var slash = agent.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? agent.Length > MaxManagerLength ? agent[..MaxManagerLength] : agent : agent[..slash];
    }
}
