using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Crescent.Joining;
using Crescent.NodeAgent.Hosting;
using Crescent.Security;

namespace Crescent.NodeAgent.Registration;

/// <summary>
/// The node's key and certificates: <c>node.key</c>, <c>client.crt</c>, <c>serving.crt</c> and <c>ca.crt</c> in the agent's home. Read at
/// each handshake through this class, so renewed ones need no restart.
/// </summary>
internal sealed class NodeCredentials(AgentOptions options) : IConnectionCertificates
{
    private volatile Loaded? _loaded;

    public X509Certificate2 Current => Client.Bound;

    public X509Certificate2Collection Authorities => Get().Authorities;

    /// <summary>Shown to the cluster.</summary>
    public CertifiedKey Client => Get().Client;

    /// <summary>For the agent's own endpoint.</summary>
    public CertifiedKey Serving => Get().Serving;

    /// <summary>As the cluster tells it with a token: whether its authorities are still those this node knows.</summary>
    public string AuthorityHash => Get().AuthorityHash;

    public bool IsJoined => _loaded is not null;

    /// <summary>Takes up what an earlier run has stored; false when there is nothing, or nothing of use in this cluster.</summary>
    public bool TryLoad(DateTimeOffset now)
    {
        if (!new[] { "node.key", "client.crt", "serving.crt", "ca.crt" }.All(name => File.Exists(PathOf(name))))
        {
            return false;
        }

        try
        {
            var loaded = Load();
            if (loaded.Client.Certificate.NotAfter.ToUniversalTime() <= now.UtcDateTime
                || ClusterIdentities.NodeNameOf(loaded.Client.Certificate) != options.NodeName
                || !IsOfNamedAuthority(loaded.Client.Certificate))
            {
                return false;
            }

            _loaded = loaded;
            return true;
        }
        catch (CryptographicException)
        {
            // A crash may have left the key of one certificate beside another: join again.
            return false;
        }
    }

    /// <summary>Stores and takes up a fresh set.</summary>
    public void Replace(string privateKey, JoinReply reply)
    {
        PrivateFile.Write(PathOf("node.key"), privateKey);
        PrivateFile.Write(PathOf("client.crt"), reply.ClientCertificate);
        PrivateFile.Write(PathOf("serving.crt"), reply.ServingCertificate);
        PrivateFile.Write(PathOf("ca.crt"), reply.Authority);
        _loaded = Load();
    }

    /// <summary>Whether less than a third of the client certificate's life is left.</summary>
    public bool IsDue(DateTimeOffset now)
    {
        var client = Client.Certificate;
        var start = client.NotBefore.ToUniversalTime();
        var end = client.NotAfter.ToUniversalTime();
        return end - now.UtcDateTime < (end - start) / 3;
    }

    /// <summary>An operator who names another authority than the one this node joined under means another cluster.</summary>
    private bool IsOfNamedAuthority(X509Certificate2 client)
    {
        if (options.CaFile is not { } file || !File.Exists(file))
        {
            return true;
        }

        X509Certificate2Collection named = [];
        named.ImportFromPemFile(file);
        return ClusterTrust.IsIssuedBy(client, named);
    }

    private Loaded Get() => _loaded ?? throw new InvalidOperationException("The node has not joined yet");

    private Loaded Load()
    {
        X509Certificate2Collection authorities = [];
        var pem = File.ReadAllText(PathOf("ca.crt"));
        authorities.ImportFromPem(pem);
        var privateKey = File.ReadAllText(PathOf("node.key"));
        return new(Open("client.crt", privateKey), Open("serving.crt", privateKey), authorities, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(pem))));
    }

    private CertifiedKey Open(string name, string privateKey) => CertifiedKey.FromPem(File.ReadAllText(PathOf(name)), privateKey);

    private string PathOf(string name) => Path.Combine(options.Home, name);

    private sealed record Loaded(CertifiedKey Client, CertifiedKey Serving, X509Certificate2Collection Authorities, string AuthorityHash);
}
