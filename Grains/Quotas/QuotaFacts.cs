using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json;
using Crescent.Definitions;
using Crescent.Grains.Mutation.Admission.Limits;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Quotas;

/// <summary>What counts of a ResourceQuota.</summary>
internal sealed class QuotaFacts
{
    public required string Name { get; init; }

    /// <summary>Limits by quota resource, with the text they were written in.</summary>
    public required ImmutableSortedDictionary<string, (BigInteger Amount, string Text)> Hard { get; init; }

    public required ImmutableArray<(string Scope, string Operator, ImmutableArray<string> Values)> Scopes { get; init; }

    /// <summary>The spec as it was written.</summary>
    public required string Spec { get; init; }

    /// <summary>Equal when they limit the same; the status of a quota changes with everything that is created.</summary>
    public static IEqualityComparer<QuotaFacts> SameLimits { get; } =
        EqualityComparer<QuotaFacts>.Create(static (one, other) => one?.Name == other?.Name && one?.Spec == other?.Spec);

    public static QuotaFacts Read(ResourceSnapshot snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.Body);
        var spec = document.RootElement.At("spec");
        return new()
        {
            Name = snapshot.Key.Name,
            Spec = spec.ValueKind == JsonValueKind.Undefined ? "" : spec.GetRawText(),
            Hard = spec.Members("hard")
                .Select(static item => (item.Name, Text: item.Value.ToString(), Amount: Amount.Read(System.Text.Json.Nodes.JsonValue.Create(item.Value))))
                .Where(static item => item.Amount is not null)
                .ToImmutableSortedDictionary(static item => item.Name, static item => (item.Amount!.Value, item.Text), StringComparer.Ordinal),
            Scopes =
            [
                .. spec.Items("scopes").Select(static item => (item.ToString(), "Exists", ImmutableArray<string>.Empty)),
                .. spec.Items("scopeSelector", "matchExpressions").Select(static item => (
                    item.Text("scopeName"), item.Text("operator"), item.Items("values").Select(static value => value.ToString()).ToImmutableArray())),
            ],
        };
    }

    /// <summary>Whether an object is one of those the quota counts. Scopes are for pods; a quota with scopes counts nothing else.</summary>
    public bool Counts(ResourceType type, JsonElement item) =>
        Scopes.IsEmpty || (type == KnownTypes.Pods && Scopes.All(scope => IsIn(scope.Scope, scope.Operator, scope.Values, item.At("spec"))));

    private static bool IsIn(string scope, string @operator, ImmutableArray<string> values, JsonElement spec)
    {
        switch (scope)
        {
            case "Terminating":
                return spec.Has("activeDeadlineSeconds");
            case "NotTerminating":
                return !spec.Has("activeDeadlineSeconds");
            case "BestEffort":
                return IsBestEffort(spec);
            case "NotBestEffort":
                return !IsBestEffort(spec);
            case "PriorityClass":
                var name = spec.Text("priorityClassName");
                return @operator switch
                {
                    "In" => values.Contains(name),
                    "NotIn" => !values.Contains(name),
                    "Exists" => name.Length > 0,
                    "DoesNotExist" => name.Length == 0,
                    _ => false,
                };
            case "CrossNamespacePodAffinity":
                return HasForeignAffinity(spec.At("affinity"));
            default:
                return false;
        }
    }

    private static bool IsBestEffort(JsonElement spec) => spec.Items("containers").Concat(spec.Items("initContainers")).All(static container =>
        !container.Members("resources", "requests").Concat(container.Members("resources", "limits")).Any(static item => item.Name is "cpu" or "memory"));

    private static bool HasForeignAffinity(JsonElement affinity) => ((string[])["podAffinity", "podAntiAffinity"]).Any(kind =>
        affinity.Items(kind, "requiredDuringSchedulingIgnoredDuringExecution")
            .Concat(affinity.Items(kind, "preferredDuringSchedulingIgnoredDuringExecution").Select(static item => item.At("podAffinityTerm")))
            .Any(static term => term.Items("namespaces").Any() || term.Has("namespaceSelector")));
}
