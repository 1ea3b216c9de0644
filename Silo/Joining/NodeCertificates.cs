using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Crescent.Joining;
using Crescent.Security;
using Crescent.SiloHost.Certificates;
using Microsoft.Extensions.Options;

namespace Crescent.SiloHost.Joining;

/// <summary>Turns a node's signing request into its certificates. Names in the request itself are ignored.</summary>
internal sealed partial class NodeCertificates(ClusterSecrets secrets, IOptions<CertificateOptions> options)
{
    /// <summary>The certificates, or why not.</summary>
    public (JoinReply? Reply, string? Refusal) Issue(JoinRequest request)
    {
        if (!NodeNamePattern().IsMatch(request.NodeName) || request.NodeName.Length > 253)
        {
            return (null, $"'{request.NodeName}' is no node name: a lowercase RFC 1123 subdomain is");
        }

        if (request.DnsNames.Length + request.Addresses.Length > 64)
        {
            return (null, "a node has at most 64 names and addresses");
        }

        // A node must not be able to pose as the API towards pods, which dial these names.
        if (request.DnsNames.FirstOrDefault(name => name.StartsWith("kubernetes", StringComparison.OrdinalIgnoreCase)
            || Uri.CheckHostName(name) != UriHostNameType.Dns) is { } bad)
        {
            return (null, $"'{bad}' cannot be a name of a node");
        }

        var addresses = new List<IPAddress>();
        foreach (var text in request.Addresses)
        {
            if (!IPAddress.TryParse(text, out var address))
            {
                return (null, $"'{text}' is no address");
            }

            addresses.Add(address);
        }

        try
        {
            var signing = SigningRequests.Load(request.SigningRequest);
            return IsAcceptable(signing.PublicKey)
                ? (Issue(request.NodeName, signing.PublicKey, request.DnsNames, addresses), null)
                : (null, "the signing request's key is neither ECDSA nor RSA of 2048 bits or more");
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return (null, "the signing request is malformed");
        }
    }

    private static bool IsAcceptable(PublicKey key)
    {
        if (SigningRequests.IsElliptic(key))
        {
            return true;
        }

        using var rsa = key.GetRSAPublicKey();
        return rsa is { KeySize: >= 2048 };
    }

    private JoinReply Issue(string nodeName, PublicKey key, string[] dnsNames, List<IPAddress> addresses)
    {
        var user = ClusterIdentities.NodeUser(nodeName);
        var lifetime = options.Value.LeafLifetime;
        using var client = secrets.Authority.Issue(new(user, ClusterIdentities.Nodes) { IsClient = true }, lifetime, key);
        using var serving = secrets.Authority.Issue(
            new(user, ClusterIdentities.Nodes)
            {
                IsServer = true,
                DnsNames = [.. dnsNames.Append(nodeName).Append("localhost").Distinct(StringComparer.OrdinalIgnoreCase)],
                Addresses = [.. addresses.Append(IPAddress.Loopback).Distinct()],
            },
            lifetime,
            key);
        return new()
        {
            ClientCertificate = client.ExportCertificatePem(),
            ServingCertificate = serving.ExportCertificatePem(),
            Authority = secrets.AuthorityPem,
        };
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    private static partial Regex NodeNamePattern();
}
