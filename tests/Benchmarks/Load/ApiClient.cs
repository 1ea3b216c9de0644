using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using k8s;

namespace Crescent.Benchmarks.Load;

/// <summary>A lean HTTP/2 client with the client certificate of a kubeconfig and no rate limit of its own.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly KubernetesClientConfiguration _settings;

    private ApiClient(HttpClient http, KubernetesClientConfiguration settings) => (_http, _settings) = (http, settings);

    public static ApiClient FromKubeconfig(FileInfo file) => Create(KubernetesClientConfiguration.BuildConfigFromConfigFile(file.FullName));

    /// <summary>The same server, asked by somebody else.</summary>
    public ApiClient As(string token) => Create(new()
    {
        Host = _settings.Host, SslCaCerts = _settings.SslCaCerts, SkipTlsVerify = _settings.SkipTlsVerify, AccessToken = token,
    });

    private static ApiClient Create(KubernetesClientConfiguration settings)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(10),
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Trusts(settings) },
        };
        if (Certificate(settings) is { } certificate)
        {
            handler.SslOptions.ClientCertificates = [certificate];
        }

        return new(new HttpClient(handler)
        {
            BaseAddress = new(settings.Host), DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact, Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders = { Authorization = settings.AccessToken is { Length: > 0 } token ? new("Bearer", token) : null },
        }, settings);
    }

    /// <summary>Status of the answer, and its Retry-After.</summary>
    public async Task<(HttpStatusCode Status, RetryConditionHeaderValue? RetryAfter)> TryPostAsync(
        string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new("application/json") } },
        };
        using var response = await _http.SendAsync(request, cancellationToken);
        await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return (response.StatusCode, response.Headers.RetryAfter);
    }

    /// <summary>Sends and reads the whole answer. An answer outside 200–299 is an error unless it is in <paramref name="alsoFine"/>.</summary>
    public async Task<byte[]> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, string contentType, CancellationToken cancellationToken,
        params HttpStatusCode[] alsoFine)
    {
        using var request = new HttpRequestMessage(method, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (!body.IsEmpty)
        {
            request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new(contentType) } };
        }

        using var response = await _http.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!response.IsSuccessStatusCode && !alsoFine.Contains(response.StatusCode))
        {
            throw new HttpRequestException($"{method} {path}: {(int)response.StatusCode} {Encoding.UTF8.GetString(answer)}");
        }

        return answer;
    }

    public Task<byte[]> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, default, "", cancellationToken);

    public Task<byte[]> PostAsync(string path, string body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, Encoding.UTF8.GetBytes(body), "application/json", cancellationToken);

    public Task<byte[]> DeleteAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, path, default, "", cancellationToken, HttpStatusCode.NotFound);

    /// <summary>Size on the wire of a gzip answer.</summary>
    public async Task<long> GetCompressedAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = HttpVersion.Version20 };
        request.Headers.AcceptEncoding.Add(new("gzip"));
        using var response = await _http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadAsByteArrayAsync(cancellationToken)).LongLength;
    }

    /// <summary>The lines of a watch, until cancelled.</summary>
    public async IAsyncEnumerable<string> WatchAsync(
        string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = HttpVersion.Version20 };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return line;
        }
    }

    /// <summary>Hands over the lines of a watch as they arrive, without making strings of them, until cancelled.</summary>
    /// <param name="path">The watch.</param>
    /// <param name="begun">Called when the server has begun to answer.</param>
    /// <param name="take">Takes one line.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public async Task WatchAsync(string path, Action begun, Action<ReadOnlySpan<byte>> take, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = HttpVersion.Version20 };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        begun();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[4 * 1024];
        var filled = 0;
        int read;
        while ((read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken)) > 0)
        {
            filled += read;
            var begin = 0;
            int length;
            while ((length = buffer.AsSpan(begin, filled - begin).IndexOf((byte)'\n')) >= 0)
            {
                take(buffer.AsSpan(begin, length));
                begin += length + 1;
            }

            buffer.AsSpan(begin, filled - begin).CopyTo(buffer);
            filled -= begin;
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    /// <summary><c>metadata.resourceVersion</c> of an answer.</summary>
    public static string VersionOf(byte[] answer)
    {
        using var document = JsonDocument.Parse(answer);
        return document.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;
    }

    public void Dispose() => _http.Dispose();

    private static RemoteCertificateValidationCallback Trusts(KubernetesClientConfiguration settings) => (_, certificate, chain, errors) =>
    {
        if (settings.SkipTlsVerify || errors == SslPolicyErrors.None)
        {
            return true;
        }

        if (certificate is null || chain is null || settings.SslCaCerts is null)
        {
            return false;
        }

        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(settings.SslCaCerts);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(new X509Certificate2(certificate));
    };

    private static X509Certificate2? Certificate(KubernetesClientConfiguration settings)
    {
        if (settings.ClientCertificateData is { Length: > 0 } data)
        {
            return X509Certificate2.CreateFromPem(
                Encoding.UTF8.GetString(Convert.FromBase64String(data)),
                Encoding.UTF8.GetString(Convert.FromBase64String(settings.ClientCertificateKeyData)));
        }

        return settings.ClientCertificateFilePath is { Length: > 0 } path
            ? X509Certificate2.CreateFromPemFile(path, settings.ClientKeyFilePath)
            : null;
    }
}
