using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crescent.Joining;
using Crescent.NodeAgent.Hosting;
using Crescent.NodeAgent.Tls;
using Crescent.Security;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Registration;

/// <summary>Talks to the cluster's joining endpoints.</summary>
internal sealed partial class JoinClient(
    AgentOptions options, NodeCredentials credentials, INodeTls tls, ILogger<JoinClient> logger)
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Buys certificates with the bootstrap token.</summary>
    /// <exception cref="JoinRefusedException">The cluster said no; asking again with the same will not help.</exception>
    public async Task JoinAsync(CancellationToken cancellationToken)
    {
        if (options.TokenFile is null || !File.Exists(options.TokenFile))
        {
            throw new JoinRefusedException($"this node has not joined yet: give --token-file{(options.TokenFile is null ? "" : $" ({options.TokenFile} is missing)")}");
        }

        var token = (await File.ReadAllTextAsync(options.TokenFile, cancellationToken)).Trim();
        using var client = CreateClient(await GetAuthoritiesAsync(cancellationToken), isMember: false);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await RequestAsync(client, JoinPaths.Join, cancellationToken);
        LogJoined(options.NodeName, options.Server);
    }

    /// <summary>Fresh certificates for a member.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        using var client = CreateClient(credentials.Authorities, isMember: true);
        await RequestAsync(client, JoinPaths.Renew, cancellationToken);
        LogRenewed(credentials.Client.Certificate.NotAfter);
    }

    /// <summary>A call token and the gateways to use it at.</summary>
    public async Task<TokenReply> GetTokenAsync(CancellationToken cancellationToken)
    {
        using var client = CreateClient(credentials.Authorities, isMember: true);
        using var answer = await client.PostAsync(new Uri(JoinPaths.Token, UriKind.Relative), content: null, cancellationToken);
        await ThrowUnlessAcceptedAsync(answer, cancellationToken);
        return await answer.Content.ReadFromJsonAsync(JoinJson.Default.TokenReply, cancellationToken)
            ?? throw new HttpRequestException("The cluster answered a token request with nothing");
    }

    private async Task RequestAsync(HttpClient client, string path, CancellationToken cancellationToken)
    {
        using var key = EllipticKeys.Generate();
        var signing = new CertificateRequest($"CN={ClusterIdentities.NodeUser(options.NodeName)}", key, HashAlgorithmName.SHA256);
        var request = new JoinRequest
        {
            NodeName = options.NodeName,
            SigningRequest = signing.CreateSigningRequestPem(),
            DnsNames = NodeAddresses.DnsNames(),
            Addresses = [.. NodeAddresses.All(options).Select(address => address.ToString())],
        };
        using var answer = await client.PostAsJsonAsync(path, request, JoinJson.Default.JoinRequest, cancellationToken);
        await ThrowUnlessAcceptedAsync(answer, cancellationToken);
        var reply = await answer.Content.ReadFromJsonAsync(JoinJson.Default.JoinReply, cancellationToken)
            ?? throw new HttpRequestException("The cluster answered a join with nothing");
        credentials.Replace(key.ExportPkcs8PrivateKeyPem(), reply);
    }

    private static async Task ThrowUnlessAcceptedAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest)
        {
            throw new JoinRefusedException((await answer.Content.ReadAsStringAsync(cancellationToken)).Trim());
        }

        answer.EnsureSuccessStatusCode();
    }

    private async Task<X509Certificate2Collection> GetAuthoritiesAsync(CancellationToken cancellationToken)
    {
        X509Certificate2Collection authorities = [];
        if (options.CaFile is { } file)
        {
            authorities.ImportFromPemFile(file);
            return authorities;
        }

        if (options.CaHash is not { } expected)
        {
            throw new JoinRefusedException("this node has not joined yet: give --ca-file or --ca-hash, so that it knows whom to trust");
        }

        // Whoever answers is trusted with nothing but this certificate, which has to be the one the operator named.
        using var client = CreateClient(authorities: null, isMember: false);
        X509Certificate2Collection offered = [];
        offered.ImportFromPem(await client.GetStringAsync(new Uri(JoinPaths.Authority, UriKind.Relative), cancellationToken));
        var named = offered.FirstOrDefault(item => HashOf(item).Equals(expected, StringComparison.OrdinalIgnoreCase));
        if (named is null)
        {
            throw new JoinRefusedException($"the authority of {options.Server} has the hash {string.Join(" or ", offered.Select(HashOf))}, not {expected}");
        }

        authorities.Add(named);
        return authorities;

        static string HashOf(X509Certificate2 authority) => "sha256:" + authority.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();
    }

    private HttpClient CreateClient(X509Certificate2Collection? authorities, bool isMember)
    {
        var client = tls.CreateClient(options.Server, authorities, isMember);
        client.Timeout = RequestTimeout;
        return client;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Joined {Server} as node {Node}")]
    private partial void LogJoined(string node, Uri server);

    [LoggerMessage(Level = LogLevel.Information, Message = "Renewed the node's certificates, valid until {End}")]
    private partial void LogRenewed(DateTime end);
}
