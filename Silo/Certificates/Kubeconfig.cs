using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Crescent.Security;

namespace Crescent.SiloHost.Certificates;

/// <summary>The administrator's kubeconfig in the home directory.</summary>
internal sealed class Kubeconfig(SiloOptions silo, ClusterSecrets secrets, CertificateOptions options, TimeProvider time)
{
    private const string DataField = "client-certificate-data: ";

    public string Path => System.IO.Path.Combine(silo.Home, "kubeconfig");

    private string Server => $"https://127.0.0.1:{silo.Port}";

    /// <summary>Writes the file when it is missing, of another authority or port, or its certificate ends soon.</summary>
    public void WriteWhenDue()
    {
        if (!IsGood())
        {
            Write();
        }
    }

    private bool IsGood()
    {
        if (!File.Exists(Path))
        {
            return false;
        }

        var text = File.ReadAllText(Path);
        var start = text.IndexOf(DataField, StringComparison.Ordinal);
        if (start < 0 || !text.Contains($"server: {Server}\n", StringComparison.Ordinal)
            || !text.Contains(Encode(secrets.AuthorityPem), StringComparison.Ordinal))
        {
            return false;
        }

        start += DataField.Length;
        try
        {
            var pem = Encoding.ASCII.GetString(Convert.FromBase64String(text[start..text.IndexOf('\n', start)]));
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return !SiloCertificates.IsDue(certificate, time.GetUtcNow());
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException or ArgumentOutOfRangeException)
        {
            // Edited by hand beyond recognition: a fresh one does no harm.
            return false;
        }
    }

    private void Write()
    {
        var admin = secrets.Authority.Issue(
            new("kubernetes-admin", ClusterIdentities.Masters) { IsClient = true }, options.AdminLifetime);
        SecretFile.Write(Path, $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: crescent
              cluster:
                server: {Server}
                certificate-authority-data: {Encode(secrets.AuthorityPem)}
            contexts:
            - name: crescent
              context:
                cluster: crescent
                user: kubernetes-admin
            current-context: crescent
            users:
            - name: kubernetes-admin
              user:
                {DataField}{Encode(admin.Certificate.ExportCertificatePem())}
                client-key-data: {Encode(admin.ExportKeyPem())}

            """);
    }

    private static string Encode(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));
}
