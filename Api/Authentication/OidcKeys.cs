using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Crescent.Api.Authentication;

/// <summary>The signing keys of one issuer; asked for again when a token names a key that is not known, at most every ten seconds.</summary>
internal sealed class OidcKeys : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly HttpClient _client;
    private readonly OidcOptions _issuer;
    private readonly TimeProvider _time;
    private volatile Fetched? _fetched;

    public OidcKeys(OidcOptions issuer, TimeProvider time)
    {
        (_issuer, _time) = (issuer, time);
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        if (issuer.AuthorityFile.Length > 0)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(issuer.AuthorityFile);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        _client = new(handler) { Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = 1024 * 1024 };
    }

    public async ValueTask<ImmutableArray<TokenKey>> GetAsync(string keyId, CancellationToken cancellationToken)
    {
        if (IsUsable(_fetched, keyId))
        {
            return _fetched!.Keys;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!IsUsable(_fetched, keyId))
            {
                _fetched = new(await FetchAsync(cancellationToken), _time.GetTimestamp());
            }

            return _fetched!.Keys;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _turn.Dispose();
    }

    private bool IsUsable(Fetched? fetched, string keyId) =>
        fetched is not null && (fetched.Keys.Any(key => key.Id == keyId) || _time.GetElapsedTime(fetched.At) < Pause);

    private async Task<ImmutableArray<TokenKey>> FetchAsync(CancellationToken cancellationToken)
    {
        var configuration = JsonNode.Parse(await _client.GetStringAsync($"{_issuer.IssuerUrl.TrimEnd('/')}/.well-known/openid-configuration", cancellationToken));
        if ((string?)configuration?["issuer"] != _issuer.IssuerUrl || (string?)configuration?["jwks_uri"] is not { } address)
        {
            throw new InvalidOperationException("the issuer describes another issuer, or no keys");
        }

        var set = JsonNode.Parse(await _client.GetStringAsync(address, cancellationToken));
        return set?["keys"] is JsonArray keys ? [.. keys.OfType<JsonNode>().Select(TokenKey.FromJwk).OfType<TokenKey>()] : [];
    }

    private sealed record Fetched(ImmutableArray<TokenKey> Keys, long At);
}
