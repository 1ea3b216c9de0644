namespace Crescent.NodeAgent.Runtimes;

/// <summary>Login at one registry.</summary>
internal sealed record RegistryCredential(string Server, string UserName, string Password, string IdentityToken = "");
