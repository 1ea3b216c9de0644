namespace Crescent.Identity;

/// <summary>Identifies one object: type + namespace + name. The namespace is empty for cluster-scoped objects.</summary>
[GenerateSerializer, Immutable, Alias("identity.ResourceKey")]
public readonly record struct ResourceKey : IComparable<ResourceKey>
{
    /// <param name="type">Group-resource.</param>
    /// <param name="ns">Namespace, empty when cluster-scoped.</param>
    /// <param name="name">Object name.</param>
    public ResourceKey(ResourceType type, string ns, string name)
    {
        ArgumentNullException.ThrowIfNull(ns);
        ArgumentException.ThrowIfNullOrEmpty(name);
        Type = type;
        Namespace = ns;
        Name = name;
    }

    /// <summary>Group-resource of the object.</summary>
    [Id(0)] public ResourceType Type { get; init; }

    /// <summary>Namespace; empty for cluster-scoped objects.</summary>
    [Id(1)] public string Namespace { get; init; }

    /// <summary>Object name.</summary>
    [Id(2)] public string Name { get; init; }

    /// <summary>
    /// The key of grains that belong to one object: <c>type/namespace/name</c>, e.g. <c>pods/default/web-1</c>, <c>nodes//n1</c>.
    /// None of the three parts can contain a slash.
    /// </summary>
    public string ToGrainKey() => $"{Type}/{Namespace}/{Name}";

    /// <summary>Inverse of <see cref="ToGrainKey"/>.</summary>
    /// <exception cref="FormatException">The text has not three parts.</exception>
    public static ResourceKey FromGrainKey(string grainKey)
    {
        var first = grainKey.IndexOf('/', StringComparison.Ordinal);
        var second = first < 0 ? -1 : grainKey.IndexOf('/', first + 1);
        if (second < 0)
        {
            throw new FormatException($"'{grainKey}' is not a resource grain key; expected type/namespace/name");
        }

        return new(ResourceType.Parse(grainKey[..first]), grainKey[(first + 1)..second], grainKey[(second + 1)..]);
    }

    /// <summary>Order of lists: namespace, then name, both ordinal.</summary>
    public int CompareTo(ResourceKey other)
    {
        var byNamespace = string.CompareOrdinal(Namespace, other.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(Name, other.Name);
    }

    /// <summary>For logs: <c>pods default/web-1</c>.</summary>
    public override string ToString() => Namespace.Length == 0 ? $"{Type} {Name}" : $"{Type} {Namespace}/{Name}";
}
