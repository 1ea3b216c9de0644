namespace Crescent.Grains.Workloads;

/// <summary>Random ends of generated names. The alphabet has no vowels and no look-alikes, as in Kubernetes.</summary>
internal sealed class NameSuffix(Random random)
{
    public const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    public NameSuffix() : this(Random.Shared)
    {
    }

    /// <summary>Five characters.</summary>
    public string Next() => string.Create(5, random, static (span, random) =>
    {
        foreach (ref var character in span)
        {
            character = Alphabet[random.Next(Alphabet.Length)];
        }
    });

    /// <summary><paramref name="prefix"/>-suffix, the prefix cut so that the name is a DNS label.</summary>
    public string Append(string prefix) => $"{(prefix.Length > 57 ? prefix[..57] : prefix)}-{Next()}";
}
