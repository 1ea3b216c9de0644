using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Api.Encoding.Yaml;

namespace Crescent.Api.Auditing;

/// <summary>Which requests are noted, and how much of them: the first rule that matches says.</summary>
internal sealed class AuditPolicy(ImmutableArray<AuditRule> rules, AuditStage omitted, bool omitsManagedFields)
{
    /// <summary>Whether <c>metadata.managedFields</c> stays out of noted objects.</summary>
    public bool OmitsManagedFields => omitsManagedFields;

    /// <exception cref="InvalidDataException">The text is no policy.</exception>
    public static AuditPolicy Parse(byte[] yaml)
    {
        var decoded = YamlReader.ToJson(yaml, "Policy");
        if (decoded.Error is { } error)
        {
            throw new InvalidDataException($"audit policy: {error.Message}");
        }

        var policy = JsonNode.Parse(decoded.Body);
        return (string?)policy?["kind"] == "Policy" && policy["rules"] is JsonArray { Count: > 0 } rules
            ? new(
                [.. rules.OfType<JsonNode>().Select(AuditRule.Read)],
                AuditRule.Stages(policy), policy["omitManagedFields"]?.GetValueKind() == System.Text.Json.JsonValueKind.True)
            : throw new InvalidDataException("audit policy: a Policy of audit.k8s.io/v1 with rules was expected");
    }

    /// <summary>How much is noted, and at which stages nothing.</summary>
    public (AuditLevel Level, AuditStage Omitted) Judge(in AccessRequest request)
    {
        foreach (var rule in rules)
        {
            if (rule.Matches(request))
            {
                return (rule.Level, rule.Omitted | omitted);
            }
        }

        return (AuditLevel.None, AuditStage.None);
    }
}
