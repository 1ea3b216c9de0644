using System.Numerics;
using System.Text.Json;
using Crescent.Identity;

namespace Crescent.Grains.Quotas;

/// <summary>What one state of an object takes of the quotas of its namespace. The body is only read again for quotas with scopes.</summary>
internal sealed class QuotaShare
{
    private readonly ReadOnlyMemory<byte> _body;

    private QuotaShare(ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, BigInteger> usage) => (_body, Usage) = (body, usage);

    /// <summary>In billionths by quota resource.</summary>
    public IReadOnlyDictionary<string, BigInteger> Usage { get; }

    public static QuotaShare Of(ResourceType type, ReadOnlyMemory<byte> body) => new(body, QuotaUsage.Of(type, JsonElement.Parse(body.Span)));

    public bool IsCountedBy(QuotaFacts quota, ResourceType type) => quota.Scopes.IsEmpty || quota.Counts(type, JsonElement.Parse(_body.Span));
}
