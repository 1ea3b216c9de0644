namespace Crescent.NodeAgent.Tls;

/// <summary>A fresh key: PKCS #8 and the PKCS #10 request signed with it, both PEM.</summary>
internal sealed record NodeKey(string PrivateKey, string SigningRequest);
