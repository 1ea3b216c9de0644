using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Crescent.Benchmarks.Load.Http2;
using k8s;

namespace Crescent.Benchmarks.Load;

/// <summary>A Kubernetes API as a kubeconfig names it, called over <see cref="Http2Client"/> without a rate limit.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly Http2Client _http;
    private readonly KubernetesClientConfiguration _settings;

    private ApiClient(Http2Client http, KubernetesClientConfiguration settings) => (_http, _settings) = (http, settings);

    public static ApiClient FromKubeconfig(FileInfo file) => Create(KubernetesClientConfiguration.BuildConfigFromConfigFile(file.FullName));

    /// <summary>The same server, asked by somebody else.</summary>
    public ApiClient As(string token) => Create(new()
    {
        Host = _settings.Host, SslCaCerts = _settings.SslCaCerts, SkipTlsVerify = _settings.SkipTlsVerify, AccessToken = token,
    });

    private static ApiClient Create(KubernetesClientConfiguration settings)
    {
        var address = new Uri(settings.Host);
        var tls = new SslClientAuthenticationOptions
        {
            TargetHost = address.Host, ApplicationProtocols = [SslApplicationProtocol.Http2], RemoteCertificateValidationCallback = Trusts(settings),
        };
        if (Certificate(settings) is { } certificate)
        {
            tls.ClientCertificates = [certificate];
        }

        return new(new(address, tls, settings.AccessToken is { Length: > 0 } token ? $"Bearer {token}" : ""), settings);
    }

    /// <summary>Status of the answer, and the seconds of its Retry-After.</summary>
    public async Task<(HttpStatusCode Status, long? RetryAfter)> TryPostAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var call = new CallExchange { Method = "POST", Path = path, Body = body, ContentType = "application/json" };
        var status = await _http.CallAsync(call, cancellationToken);
        return ((HttpStatusCode)status, call.RetryAfter);
    }

    /// <summary>Sends and reads the whole answer. An answer outside 200–299 is an error unless it is in <paramref name="alsoFine"/>.</summary>
    public async Task<byte[]> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, string contentType, CancellationToken cancellationToken,
        params HttpStatusCode[] alsoFine)
    {
        var call = new CallExchange { Method = method.Method, Path = path, Body = body, ContentType = contentType };
        var status = await _http.CallAsync(call, cancellationToken);
        return status is >= 200 and < 300 || alsoFine.Contains((HttpStatusCode)status) ? call.Answer : throw Refused(call, status);
    }

    public Task<byte[]> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, default, "", cancellationToken);

    public Task<byte[]> PostAsync(string path, string body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, Encoding.UTF8.GetBytes(body), "application/json", cancellationToken);

    public Task<byte[]> DeleteAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, path, default, "", cancellationToken, HttpStatusCode.NotFound);

    /// <summary>Size on the wire of an answer that is received and not kept.</summary>
    public async Task<long> CountAsync(string path, bool acceptsGzip, CancellationToken cancellationToken)
    {
        var call = new CallExchange { Method = "GET", Path = path, AcceptsGzip = acceptsGzip, IsCounted = true };
        var status = await _http.CallAsync(call, cancellationToken);
        return status == 200 ? call.Length : throw Refused(call, status);
    }

    /// <summary>The lines of a watch, until cancelled.</summary>
    public async IAsyncEnumerable<string> WatchAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lines = Channel.CreateUnbounded<string>(new() { SingleReader = true, SingleWriter = true });
        var following = FollowAsync();
        await foreach (var line in lines.Reader.ReadAllAsync(cancellationToken))
        {
            yield return line;
        }

        await following;

        async Task FollowAsync()
        {
            Exception? problem = null;
            try
            {
                await WatchAsync(path, static () => { }, line => lines.Writer.TryWrite(Encoding.UTF8.GetString(line)), cancellationToken);
            }
            catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException)
            {
                problem = exception;
            }

            lines.Writer.Complete(problem);
        }
    }

    /// <summary>Hands over the lines of a watch as they arrive, without making strings of them, until cancelled.</summary>
    /// <param name="path">The watch.</param>
    /// <param name="begun">Called when the server has begun to answer.</param>
    /// <param name="take">Takes one line.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public Task WatchAsync(string path, Action begun, Action<ReadOnlySpan<byte>> take, CancellationToken cancellationToken) =>
        _http.FollowAsync(new LinesExchange(begun, take) { Method = "GET", Path = path }, cancellationToken);

    /// <summary><c>metadata.resourceVersion</c> of an answer.</summary>
    public static string VersionOf(byte[] answer)
    {
        using var document = JsonDocument.Parse(answer);
        return document.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestException Refused(CallExchange call, int status) =>
        new($"{call.Method} {call.Path}: {status} {Encoding.UTF8.GetString(call.Answer)}");

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
