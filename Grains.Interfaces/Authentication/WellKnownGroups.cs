namespace Crescent.Authentication;

/// <summary>Groups that mean something to the control plane itself.</summary>
public static class WellKnownGroups
{
    public const string Masters = "system:masters";
    public const string Authenticated = "system:authenticated";
    public const string Unauthenticated = "system:unauthenticated";
    public const string Nodes = "system:nodes";
    public const string Bootstrappers = "system:bootstrappers";
    public const string ServiceAccounts = "system:serviceaccounts";
}
