using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Crescent.Api.Proxying;

/// <summary>
/// Pages of HTML, whose links are made to lead through the proxy as
/// <see href="https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/">Kubernetes</see> does. Packed ones are packed again.
/// </summary>
internal static class ProxyPage
{
    private const int BufferBytes = 32 * 1024;

    /// <summary>False for other types, and for encodings that are not read here: those pass as they are.</summary>
    public static bool IsOne(HttpResponseMessage answer) =>
        answer.Content.Headers.ContentType?.MediaType == "text/html" && EncodingOf(answer) is "" or "gzip" or "deflate";

    /// <summary>Each piece goes out at once.</summary>
    public static async Task CopyAsync(HttpContext context, HttpResponseMessage answer, Func<string, string> rewrite)
    {
        context.Response.ContentLength = null;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await context.Response.StartAsync(context.RequestAborted);
        await using var raw = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var encoding = EncodingOf(answer);
        await using var source = Unpacked(raw, encoding);
        await using var target = Packed(context.Response.Body, encoding);
        var links = new HtmlLinks(rewrite);
        var pieces = new System.Buffers.ArrayBufferWriter<byte>();
        var buffer = new byte[BufferBytes];
        int count;
        do
        {
            count = await source.ReadAsync(buffer, context.RequestAborted);
            if (count > 0)
            {
                links.Write(buffer.AsSpan(0, count), pieces);
            }
            else
            {
                links.End(pieces);
            }

            await target.WriteAsync(pieces.WrittenMemory, context.RequestAborted);
            await target.FlushAsync(context.RequestAborted);
            pieces.ResetWrittenCount();
        }
        while (count > 0);
    }

    private static string EncodingOf(HttpResponseMessage answer) => string.Join(',', answer.Content.Headers.ContentEncoding).ToLowerInvariant();

    private static Stream Unpacked(Stream stream, string encoding) => encoding switch
    {
        "gzip" => new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true),
        "deflate" => new DeflateStream(stream, CompressionMode.Decompress, leaveOpen: true),
        _ => stream,
    };

    private static Stream Packed(Stream stream, string encoding) => encoding switch
    {
        "gzip" => new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true),
        "deflate" => new DeflateStream(stream, CompressionLevel.Fastest, leaveOpen: true),
        _ => stream,
    };
}
