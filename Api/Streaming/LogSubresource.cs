using System.Buffers;
using Crescent.Api.Dispatching;
using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Crescent.Api.Streaming;

/// <summary><c>pods/log</c>: the agent's answer, passed on as it comes.</summary>
internal sealed class LogSubresource(IGrainFactory grains, INodeProxy nodes) : ISubresourceHandler
{
    private static readonly string[] PassedOn = ["follow", "previous", "sinceSeconds", "sinceTime", "tailLines", "limitBytes", "timestamps", "stream"];
    private const int BufferBytes = 32 * 1024;

    public bool Serves(ResourceRequest request) => request.Definition.Type == KnownTypes.Pods && request.Path.Subresource == "log";

    public async Task HandleAsync(ResourceRequest request)
    {
        var context = request.Http;
        if (Check(request) is { } invalid)
        {
            await context.WriteErrorAsync(invalid);
            return;
        }

        var (pod, error) = await PodContainer.FindAsync(grains, request);
        if (pod is null)
        {
            await context.WriteErrorAsync(error!);
            return;
        }

        LogSocket? socket = null;
        if (context.WebSockets.IsWebSocketRequest && !LogSocket.TryChoose(context, out socket))
        {
            await OutgoingSocket.RefuseAsync(context);
            return;
        }

        context.Response.ContentType = "text/plain";
        if (pod.Agent is null)
        {
            await (socket?.SendAsync(Stream.Null, context) ?? Task.CompletedTask);
            return;
        }

        var query = QueryString.Create(request.Query.Where(static item => PassedOn.Contains(item.Key)));
        var address = new Uri($"https://{pod.Agent}/containerLogs/{request.Path.Namespace}/{request.Path.Name}/{pod.Container}{query}");
        using var message = new HttpRequestMessage(HttpMethod.Get, address);
        try
        {
            using var answer = await nodes.SendAsync(message, request.CancellationToken);
            await (answer.IsSuccessStatusCode ? PassAsync(answer, socket, context) : RefuseAsync(answer, request));
        }
        catch (HttpRequestException exception) when (!context.Response.HasStarted)
        {
            await context.WriteErrorAsync(ApiErrors.Internal($"Get \"{address}\": {exception.Message}"));
        }
    }

    private static async Task PassAsync(HttpResponseMessage answer, LogSocket? socket, HttpContext context)
    {
        await using var source = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        await (socket?.SendAsync(source, context) ?? CopyAsync(source, context));
    }

    /// <summary>Each piece goes out at once: somebody may be following.</summary>
    private static async Task CopyAsync(Stream source, HttpContext context)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await context.Response.StartAsync(context.RequestAborted);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int length;
            while ((length = await source.ReadAsync(buffer, context.RequestAborted)) > 0)
            {
                await context.Response.BodyWriter.WriteAsync(buffer.AsMemory(0, length), context.RequestAborted);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task RefuseAsync(HttpResponseMessage answer, ResourceRequest request)
    {
        var text = (await answer.Content.ReadAsStringAsync(request.CancellationToken)).Trim();
        await request.Http.WriteErrorAsync(NodeErrors.Of((int)answer.StatusCode, text, request.Key));
    }

    private static ResourceError? Check(ResourceRequest request)
    {
        foreach (var name in (ReadOnlySpan<string>)["tailLines", "sinceSeconds", "limitBytes"])
        {
            if (!request.Query.TryInteger(name, out var value, out var error))
            {
                return error;
            }

            var least = name == "tailLines" ? 0 : 1;
            if (value < least)
            {
                return ResourceErrors.Invalid("", "PodLogOptions", request.Path.Name,
                [
                    new()
                    {
                        Reason = "FieldValueInvalid", Field = name,
                        Message = $"Invalid value: {value}: must be greater than {(least == 0 ? "or equal to 0" : "0")}",
                    },
                ]);
            }
        }

        return request.Query.Text("sinceSeconds").Length != 0 && request.Query.Text("sinceTime").Length != 0
            ? ResourceErrors.BadRequest("at most one of `sinceTime` or `sinceSeconds` may be specified")
            : null;
    }
}
