namespace Crescent.Authorization;

/// <summary>Whom a binding names.</summary>
/// <param name="Kind">User, Group or ServiceAccount.</param>
/// <param name="Namespace">Namespace of a service account.</param>
/// <param name="Name">Name of the user, group or account.</param>
internal readonly record struct BindingSubject(string Kind, string Namespace, string Name)
{
    public override string ToString() => Kind == "ServiceAccount" ? $"{Kind} \"{Name}/{Namespace}\"" : $"{Kind} \"{Name}\"";
}
