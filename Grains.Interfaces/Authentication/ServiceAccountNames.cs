using System.Diagnostics.CodeAnalysis;

namespace Crescent.Authentication;

/// <summary>The user name and groups of a service account.</summary>
public static class ServiceAccountNames
{
    private const string Prefix = "system:serviceaccount:";

    /// <summary><c>system:serviceaccount:NAMESPACE:NAME</c>.</summary>
    public static string User(string ns, string name) => $"{Prefix}{ns}:{name}";

    /// <summary><c>system:serviceaccounts:NAMESPACE</c>: all accounts of a namespace.</summary>
    public static string GroupOf(string ns) => $"{WellKnownGroups.ServiceAccounts}:{ns}";

    /// <summary>Inverse of <see cref="User"/>.</summary>
    public static bool TryParse(string user, [NotNullWhen(true)] out string? ns, [NotNullWhen(true)] out string? name)
    {
        var colon = user.StartsWith(Prefix, StringComparison.Ordinal) ? user.IndexOf(':', Prefix.Length) : -1;
        if (colon <= Prefix.Length || colon == user.Length - 1)
        {
            (ns, name) = (null, null);
            return false;
        }

        (ns, name) = (user[Prefix.Length..colon], user[(colon + 1)..]);
        return true;
    }
}
