using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Quotas;

/// <summary>
/// What an object that is there takes of quotas. Read once per state of the object and remembered with it: a claim adds up all objects of its
/// type in the namespace. The body is only read again for quotas with scopes.
/// </summary>
internal sealed class QuotaShare
{
    private static readonly ConditionalWeakTable<ResourceSnapshot, ImmutableDictionary<string, BigInteger>> Known = [];
    private readonly ReadOnlyMemory<byte> _body;

    private QuotaShare(ReadOnlyMemory<byte> body, ImmutableDictionary<string, BigInteger> usage) => (_body, Usage) = (body, usage);

    public ImmutableDictionary<string, BigInteger> Usage { get; }

    public static QuotaShare Of(ResourceSnapshot snapshot) =>
        new(snapshot.Body, Known.GetValue(snapshot, static item => Read(item.Key.Type, item.Body)));

    public static QuotaShare Of(ResourceType type, ReadOnlyMemory<byte> body) => new(body, Read(type, body));

    public bool IsCountedBy(QuotaFacts quota, ResourceType type) => quota.Scopes.IsEmpty || quota.Counts(type, JsonElement.Parse(_body.Span));

    private static ImmutableDictionary<string, BigInteger> Read(ResourceType type, ReadOnlyMemory<byte> body) =>
        QuotaUsage.Of(type, JsonElement.Parse(body.Span)).ToImmutableDictionary(StringComparer.Ordinal);
}
