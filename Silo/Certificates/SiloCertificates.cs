using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography.X509Certificates;
using Crescent.Security;
using Microsoft.Extensions.Options;

namespace Crescent.SiloHost.Certificates;

/// <summary>
/// The certificates this silo shows: of its API, of its Orleans connections, and the one it calls node agents with. They live in memory,
/// are issued at start and replaced before they end; whoever asks at each handshake needs no restart.
/// </summary>
internal sealed partial class SiloCertificates : IConnectionCertificates
{
    private readonly ClusterSecrets _secrets;
    private readonly SiloOptions _silo;
    private readonly CertificateOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<SiloCertificates> _logger;
    private volatile CertifiedKey _api;
    private volatile CertifiedKey _silos;
    private volatile CertifiedKey _nodeClient;
    private string _signing;

    public SiloCertificates(
        ClusterSecrets secrets, SiloOptions silo, IOptions<CertificateOptions> options, TimeProvider time, ILogger<SiloCertificates> logger)
    {
        _secrets = secrets;
        _silo = silo;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _signing = secrets.Authority.Certificate.Thumbprint;
        _api = IssueApi();
        _silos = IssueSilo();
        _nodeClient = IssueNodeClient();
    }

    public X509Certificate2Collection Authorities => _secrets.Authorities;

    /// <summary>What Kestrel serves with.</summary>
    public CertifiedKey Api => _api;

    /// <summary>What the API shows to node agents.</summary>
    public CertifiedKey NodeClient => _nodeClient;

    /// <summary>Shown on Orleans' connections, as client and as server.</summary>
    public CertifiedKey Silo => _silos;

    X509Certificate2 IConnectionCertificates.Current => _silos.Bound;

    /// <summary>
    /// Replaces what has less than a third of its life left, and all when another authority signs. Old ones stay valid for connections that hold
    /// them.
    /// </summary>
    public void RenewDue()
    {
        _secrets.LookAgain();
        if (_secrets.AuthorityProblem is { } problem)
        {
            LogAuthorities(problem);
        }

        var signing = _secrets.Authority.Certificate.Thumbprint;
        var hasMoved = signing != _signing;
        _signing = signing;
        if (hasMoved || IsDue(_api))
        {
            _api = Renewed("API", IssueApi());
        }

        if (hasMoved || IsDue(_silos))
        {
            _silos = Renewed("silo", IssueSilo());
        }

        if (hasMoved || IsDue(_nodeClient))
        {
            _nodeClient = Renewed("node client", IssueNodeClient());
        }

        new Kubeconfig(_silo, _secrets, _options, _time).WriteWhenDue();
    }

    internal static bool IsDue(X509Certificate2 certificate, DateTimeOffset now)
    {
        var start = new DateTimeOffset(certificate.NotBefore.ToUniversalTime());
        var end = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
        return end - now < (end - start) / 3;
    }

    private bool IsDue(CertifiedKey own) => IsDue(own.Certificate, _time.GetUtcNow());

    private CertifiedKey Renewed(string purpose, CertifiedKey own)
    {
        LogRenewed(purpose, own.Certificate.NotAfter);
        return own;
    }

    private CertifiedKey IssueApi()
    {
        var names = new List<string>
        {
            "localhost", Dns.GetHostName(), "kubernetes", "kubernetes.default", "kubernetes.default.svc",
            $"kubernetes.default.svc.{_silo.ClusterDomain}",
        };
        var addresses = new List<IPAddress> { IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Parse(_silo.KubernetesServiceAddress) };
        addresses.AddRange(LocalAddresses());
        if (IPAddress.TryParse(_silo.AdvertiseAddress, out var advertised))
        {
            addresses.Add(advertised);
        }

        foreach (var extra in _silo.ApiNames)
        {
            if (IPAddress.TryParse(extra, out var address))
            {
                addresses.Add(address);
            }
            else
            {
                names.Add(extra);
            }
        }

        return _secrets.Authority.Issue(
            new("kube-apiserver") { IsServer = true, DnsNames = [.. names.Distinct()], Addresses = [.. addresses.Distinct()] },
            _options.LeafLifetime);
    }

    private CertifiedKey IssueSilo() => _secrets.Authority.Issue(
        new($"system:crescent:silo:{_silo.Name}", ClusterIdentities.Silos) { IsServer = true, IsClient = true, DnsNames = ["silo"] },
        _options.LeafLifetime);

    private CertifiedKey IssueNodeClient() => _secrets.Authority.Issue(
        new(ClusterIdentities.ApiClient, ClusterIdentities.Masters) { IsClient = true }, _options.LeafLifetime);

    private static IEnumerable<IPAddress> LocalAddresses() =>
        from nic in NetworkInterface.GetAllNetworkInterfaces()
        where nic.OperationalStatus == OperationalStatus.Up
        from address in nic.GetIPProperties().UnicastAddresses
        where !address.Address.IsIPv6LinkLocal
        select address.Address;

    [LoggerMessage(Level = LogLevel.Error, Message = "The authorities' files cannot be taken up: {Problem}")]
    private partial void LogAuthorities(string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Renewed the {Purpose} certificate, valid until {End}")]
    private partial void LogRenewed(string purpose, DateTime end);
}
