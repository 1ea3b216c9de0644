using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crescent.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Api.Authentication;

/// <summary>
/// Client certificates: subject CN → user name, O → groups, chained to the cluster's own authorities. Kestrel hands out one certificate
/// instance per connection, so the verdict is kept beside it and a connection is judged once.
/// </summary>
internal sealed partial class CertificateAuthenticator(
    IOptions<ApiAuthenticationOptions> options, TimeProvider time, ILogger<CertificateAuthenticator> logger)
{
    private const string ClientAuthUsage = "1.3.6.1.5.5.7.3.2";
    private readonly ConditionalWeakTable<X509Certificate2, Verdict> _verdicts = [];

    /// <summary>Null when the certificate is not acceptable (any more).</summary>
    public UserInfo? Authenticate(X509Certificate2 certificate)
    {
        if (!_verdicts.TryGetValue(certificate, out var verdict))
        {
            verdict = new(Judge(certificate));
            _verdicts.AddOrUpdate(certificate, verdict);
        }

        return verdict.User is not null && time.GetUtcNow() <= certificate.NotAfter ? verdict.User : null;
    }

    private UserInfo? Judge(X509Certificate2 certificate)
    {
        using var chain = new X509Chain { ChainPolicy = ClusterTrust.Policy(options.Value.ClientAuthorities()) };
        chain.ChainPolicy.VerificationTime = time.GetLocalNow().DateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthUsage));
        if (chain.ChainPolicy.CustomTrustStore.Count == 0 || !chain.Build(certificate))
        {
            LogRefused(certificate.Subject, string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim())));
            return null;
        }

        return ToUser(certificate.SubjectName);
    }

    /// <summary>Null without a common name.</summary>
    internal static UserInfo? ToUser(X500DistinguishedName subject)
    {
        string? name = null;
        var groups = ImmutableArray.CreateBuilder<string>();
        foreach (var (type, value) in Attributes(subject))
        {
            switch (type)
            {
                case "2.5.4.3":
                    name = value;
                    break;
                case "2.5.4.10":
                    groups.Add(value);
                    break;
            }
        }

        if (string.IsNullOrEmpty(name))
        {
            return null;
        }

        groups.Add("system:authenticated");
        return new() { Name = name, Groups = groups.DrainToImmutable() };
    }

    /// <summary>Several values may share one RDN: Go writes all O values of a subject into one set.</summary>
    private static IEnumerable<(string Type, string Value)> Attributes(X500DistinguishedName subject)
    {
        var found = new List<(string, string)>();
        var names = new AsnReader(subject.RawData, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            var set = names.ReadSetOf();
            while (set.HasData)
            {
                var attribute = set.ReadSequence();
                var type = attribute.ReadObjectIdentifier();
                if (type is "2.5.4.3" or "2.5.4.10")
                {
                    found.Add((type, attribute.ReadCharacterString((UniversalTagNumber)attribute.PeekTag().TagValue)));
                }
            }
        }

        return found;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused client certificate {Subject}: {Reasons}")]
    private partial void LogRefused(string subject, string reasons);

    private sealed class Verdict(UserInfo? user)
    {
        public UserInfo? User { get; } = user;
    }
}
