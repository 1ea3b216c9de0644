using System.Globalization;

namespace Crescent.SiloHost.Certificates;

/// <summary>
/// From one authority to the next in three steps; between them silos and agents take up what has changed.
/// <code>
///   add     ca.crt signs, ca-next.crt is trusted
///   switch  the new one signs (ca.crt), ca-old.crt is trusted; its key is gone
///   drop    the new one alone
/// </code>
/// Each step may be asked for again after it broke off.
/// </summary>
internal static class AuthorityRotation
{
    /// <summary>Null, or why the step cannot be taken now.</summary>
    public static string? Add(string directory, CertificateOptions options, TimeProvider time)
    {
        var (certificate, key) = (Path.Combine(directory, "ca-next.crt"), Path.Combine(directory, "ca-next.key"));
        if (File.Exists(certificate) || File.Exists(Path.Combine(directory, "ca-old.crt")))
        {
            return "a rotation is under way: switch, then drop";
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"crescent-ca-{time.GetUtcNow():yyyyMMddHHmmss}");
        var created = CertificateAuthority.CreateSelfSigned(name, options.AuthorityLifetime, time);
        SecretFile.Write(key, created.ExportKeyPem() + "\n");
        File.WriteAllText(certificate, created.Certificate.ExportCertificatePem() + "\n");
        return null;
    }

    /// <inheritdoc cref="Add"/>
    public static string? Switch(string directory)
    {
        var (next, nextKey) = (Path.Combine(directory, "ca-next.crt"), Path.Combine(directory, "ca-next.key"));
        var (present, old) = (Path.Combine(directory, "ca.crt"), Path.Combine(directory, "ca-old.crt"));
        if (!File.Exists(next))
        {
            return "there is no new authority yet: add one first";
        }

        if (!File.Exists(old))
        {
            File.Copy(present, old);
        }

        if (File.Exists(nextKey))
        {
            File.Move(nextKey, Path.Combine(directory, "ca.key"), overwrite: true);
        }

        File.Move(next, present, overwrite: true);
        return null;
    }

    /// <inheritdoc cref="Add"/>
    public static string? Drop(string directory)
    {
        var old = Path.Combine(directory, "ca-old.crt");
        if (!File.Exists(old) || File.Exists(Path.Combine(directory, "ca-next.crt")))
        {
            return "there is no old authority: add a new one and switch to it first";
        }

        File.Delete(old);
        return null;
    }
}
