namespace Crescent.NodeAgent.Networks;

/// <summary>Namespace and name of a Service.</summary>
/// <param name="Namespace">Namespace of the Service.</param>
/// <param name="Name">Name of the Service.</param>
public readonly record struct ServiceId(string Namespace, string Name) : IComparable<ServiceId>
{
    /// <summary>Namespace, then name, both ordinal.</summary>
    public int CompareTo(ServiceId other)
    {
        var byNamespace = string.CompareOrdinal(Namespace, other.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(Name, other.Name);
    }

    /// <summary><c>default/web</c></summary>
    public override string ToString() => $"{Namespace}/{Name}";
}
