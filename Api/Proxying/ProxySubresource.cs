using System.Net;
using Crescent.Api.Dispatching;
using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Api.Streaming;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Crescent.Api.Proxying;

/// <summary>
/// <c>pods/proxy</c>, <c>services/proxy</c> and <c>nodes/proxy</c>: passes a request to a backend and its answer back. See
/// <see href="https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/">access to cluster services</see>.
/// </summary>
internal sealed class ProxySubresource(ProxyTargets targets, ProxyTransport transport) : ISubresourceHandler
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public bool Serves(ResourceRequest request) => request.Path.Subresource == "proxy"
        && (request.Definition.Type == KnownTypes.Pods || request.Definition.Type == KnownTypes.Services || request.Definition.Type == KnownTypes.Nodes);

    public async Task HandleAsync(ResourceRequest request)
    {
        var context = request.Http;
        if (!ProxyPath.TryRead(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, request.Path, out var path))
        {
            await context.WriteErrorAsync(ResourceErrors.BadRequest("the path of the request is not one that is proxied"));
            return;
        }

        var (target, error) = await targets.FindAsync(request);
        if (target is null)
        {
            await context.WriteErrorAsync(error!);
            return;
        }

        if (path.Rest.Length == 0 && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)))
        {
            context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            context.Response.Headers.Location = $"{path.Prefix}/{path.Query}";
            return;
        }

        await PassAsync(context, target, path);
    }

    private async Task PassAsync(HttpContext context, ProxyTarget target, ProxyPath path)
    {
        using var message = Message(context, target, path);
        HttpResponseMessage answer;
        try
        {
            answer = await transport.SendAsync(message, target, context.RequestAborted);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            await context.WriteErrorAsync(ResourceErrors.Unavailable($"error trying to reach service: {Innermost(exception)}", retryAfterSeconds: 0));
            return;
        }

        using (answer)
        {
            if (answer.StatusCode == HttpStatusCode.SwitchingProtocols && !ProxyUpgrade.IsAsked(context))
            {
                await context.WriteErrorAsync(ResourceErrors.Unavailable(
                    "error trying to reach service: the backend changed the protocol without having been asked to", retryAfterSeconds: 0));
                return;
            }

            WriteHead(context, answer, path);
            await (answer.StatusCode == HttpStatusCode.SwitchingProtocols ? ProxyUpgrade.CarryAsync(context, answer)
                : HasBody(context) && ProxyPage.IsOne(answer) ? ProxyPage.CopyAsync(context, answer, link => ProxyHeaders.Rewrite(link, context.Request, path.Prefix))
                : CopyBodyAsync(context, answer));
        }
    }

    private static HttpRequestMessage Message(HttpContext context, ProxyTarget target, ProxyPath path)
    {
        var request = context.Request;
        var rest = path.Rest.Length == 0 ? "/" : path.Rest;
        var message = new HttpRequestMessage(new(request.Method), new Uri($"{target.Origin}{rest}{path.Query}", AsWritten))
        {
            Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (!ProxyUpgrade.IsAsked(context) && (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? request.ContentLength > 0))
        {
            message.Content = new StreamContent(request.Body);
        }

        var connection = request.Headers.Connection.ToString();
        foreach (var (name, values) in request.Headers)
        {
            if (ProxyHeaders.PassesToBackend(name, connection) && !message.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values.ToArray()!))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values.ToArray()!);
            }
        }

        message.Headers.TryAddWithoutValidation("X-Forwarded-For", context.Connection.RemoteIpAddress?.ToString());
        SetHeader(message, "X-Forwarded-Uri", path.Prefix + rest);
        SetHeader(message, "X-Forwarded-Host", request.Host.Value ?? "");
        SetHeader(message, "X-Forwarded-Proto", request.Scheme);
        if (ProxyUpgrade.IsAsked(context))
        {
            message.Headers.TryAddWithoutValidation("Connection", "Upgrade");
            message.Headers.TryAddWithoutValidation("Upgrade", request.Headers.Upgrade.ToString());
        }

        return message;
    }

    private static void SetHeader(HttpRequestMessage message, string name, string value)
    {
        message.Headers.Remove(name);
        message.Headers.TryAddWithoutValidation(name, value);
    }

    private static void WriteHead(HttpContext context, HttpResponseMessage answer, ProxyPath path)
    {
        var response = context.Response;
        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            if (ProxyHeaders.PassesToClient(name))
            {
                response.Headers.Append(name, values.ToArray());
            }
        }

        if (response.Headers.Location.ToString() is { Length: > 0 } location)
        {
            response.Headers.Location = ProxyHeaders.Rewrite(location, context.Request, path.Prefix);
        }
    }

    /// <summary>Each piece goes out at once: somebody may be following.</summary>
    private static async Task CopyBodyAsync(HttpContext context, HttpResponseMessage answer)
    {
        const int bufferBytes = 32 * 1024;
        if (!HasBody(context))
        {
            return;
        }

        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await context.Response.StartAsync(context.RequestAborted);
        await using var source = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[bufferBytes];
        int count;
        while ((count = await source.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            await context.Response.BodyWriter.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
        }
    }

    private static bool HasBody(HttpContext context) => !HttpMethods.IsHead(context.Request.Method) && context.Response.StatusCode is not (204 or 304);

    private static string Innermost(Exception exception) => exception.GetBaseException().Message;
}
