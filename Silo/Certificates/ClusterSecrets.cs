using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crescent.Security;
using Crescent.SiloHost.Clustering;

namespace Crescent.SiloHost.Certificates;

/// <summary>
/// The lasting secrets of a cluster, shared by its silos: <c>pki/ca.{crt,key}</c>, <c>pki/sa.{key,pub}</c>, <c>pki/call-tokens.key</c>,
/// <c>bootstrap-token</c> and <c>dashboard-token</c> under the home directory. Made by whichever silo comes first.
/// </summary>
internal sealed class ClusterSecrets : ICallTokenKeys
{
    private const string EncryptionKeys = "encryption.keys";
    private readonly string _callTokenKey;
    private readonly TimeProvider _time;
    private volatile AuthoritySet _authorities;

    private ClusterSecrets(AuthoritySet authorities, string callTokenKey, string bootstrap, string dashboard, TimeProvider time)
    {
        _authorities = authorities;
        _time = time;
        _callTokenKey = callTokenKey;
        BootstrapToken = bootstrap;
        DashboardToken = dashboard;
    }

    /// <summary>Issues certificates.</summary>
    public CertificateAuthority Authority => _authorities.Signing;

    /// <summary>All that are trusted, without keys.</summary>
    public X509Certificate2Collection Authorities => _authorities.Trusted;

    /// <summary>Certificates of the authorities, PEM, the one that signs first.</summary>
    public string AuthorityPem => _authorities.Pem;

    /// <summary>Differs when <see cref="AuthorityPem"/> does.</summary>
    public string AuthorityHash => _authorities.Hash;

    /// <summary>Keys that Secrets are stored with.</summary>
    public string EncryptionKeyFile => Path.Combine(PkiDirectory, EncryptionKeys);

    /// <summary>Where the keys lie.</summary>
    public string PkiDirectory { get; private init; } = "";

    /// <summary>Buys a node its certificates.</summary>
    public string BootstrapToken { get; }

    /// <summary>Signs an operator's browser in to the dashboard.</summary>
    public string DashboardToken { get; }

    public static ClusterSecrets Open(string home, CertificateOptions options, TimeProvider time)
    {
        var pki = Path.Combine(home, "pki");
        CreateDirectory(home);
        CreateDirectory(pki);
        using var _ = Lock(Path.Combine(pki, ".lock"), time);

        var certificatePath = Path.Combine(pki, "ca.crt");
        var keyPath = Path.Combine(pki, "ca.key");
        if (!File.Exists(certificatePath))
        {
            var created = CertificateAuthority.CreateSelfSigned("crescent-ca", options.AuthorityLifetime, time);
            SecretFile.Write(keyPath, created.ExportKeyPem() + "\n");
            File.WriteAllText(certificatePath, created.Certificate.ExportCertificatePem() + "\n");
        }

        CreateKey(Path.Combine(pki, "sa.key"), Path.Combine(pki, "sa.pub"));
        var encryption = Path.Combine(pki, EncryptionKeys);
        if (!File.Exists(encryption))
        {
            SecretFile.Write(encryption, $"key1:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}\n");
        }

        var callTokens = CreateKey(Path.Combine(pki, "call-tokens.key"), null);
        return new(
            AuthoritySet.Load(pki, time),
            callTokens,
            SecretFile.ReadOrCreateToken(Path.Combine(home, "bootstrap-token")),
            SecretFile.ReadOrCreateToken(Path.Combine(home, "dashboard-token")),
            time) { PkiDirectory = pki };
    }

    /// <summary>Takes up the authorities as the files have them now; those of a step that broke off stay out until it is finished.</summary>
    public void LookAgain()
    {
        using var _ = Lock(Path.Combine(PkiDirectory, ".lock"), _time);
        try
        {
            var found = AuthoritySet.Load(PkiDirectory, _time);
            if (found.Pem != _authorities.Pem)
            {
                _authorities = found;
            }
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            AuthorityProblem = exception.Message;
            return;
        }

        AuthorityProblem = null;
    }

    /// <summary>Why the files were not taken up at the last look; null when they were.</summary>
    public string? AuthorityProblem { get; private set; }

    /// <summary>Takes a step of a rotation while no silo of this home reads the files.</summary>
    public static string? Rotate(string home, Func<string, string?> step, TimeProvider time)
    {
        var pki = Path.Combine(home, "pki");
        if (!File.Exists(Path.Combine(pki, "ca.crt")))
        {
            return $"{pki} has no authority";
        }

        using var _ = Lock(Path.Combine(pki, ".lock"), time);
        return step(pki);
    }

    public ECDsa OpenPublicKey() => OpenPrivateKey();

    public ECDsa OpenPrivateKey() => EllipticKeys.Open(_callTokenKey);

    private static string CreateKey(string path, string? publicPath)
    {
        if (!File.Exists(path))
        {
            using var key = EllipticKeys.Generate();
            if (publicPath is not null)
            {
                File.WriteAllText(publicPath, key.ExportSubjectPublicKeyInfoPem() + "\n");
            }

            SecretFile.Write(path, key.ExportPkcs8PrivateKeyPem() + "\n");
        }

        return File.ReadAllText(path);
    }

    private static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Holds the lock other silos of this home take too; they are done with it in milliseconds.</summary>
    private static FileStream Lock(string path, TimeProvider time)
    {
        var start = time.GetTimestamp();
        var wait = new SpinWait();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (time.GetElapsedTime(start) < TimeSpan.FromSeconds(10))
            {
                wait.SpinOnce();
            }
        }
    }
}
