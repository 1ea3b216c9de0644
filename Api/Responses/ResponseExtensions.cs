using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Crescent.Api.Auditing;
using Crescent.Api.Encoding.Protobuf;
using Crescent.Resources;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Responses;

/// <summary>Whole answers: one JSON document or one refusal. The only place where a <see cref="ResourceError"/> becomes HTTP.</summary>
internal static class ResponseExtensions
{
    public static async Task WriteJsonAsync(this HttpContext context, ResponseFormat format, ReadOnlyMemory<byte> json, int code = 200)
    {
        if (format.Encoding == ResponseEncoding.Protobuf)
        {
            using var body = new ProtobufWriter(json.Length);
            if (ProtobufEncoder.TryEncode(json.Span, body))
            {
                await context.WriteProtobufAsync(body, code);
                return;
            }

            format = format with { Encoding = ResponseEncoding.Json };
        }

        var target = ResponseTarget.Open(context, format, code, json.Length, isExact: true);
        target.Writer.Write(json.Span);
        await target.CompleteAsync();
    }

    /// <summary>A whole body in its envelope; compressed as JSON would be.</summary>
    public static async Task WriteProtobufAsync(this HttpContext context, ProtobufWriter body, int code = 200)
    {
        var target = ResponseTarget.Open(context, ResponseFormat.Default with { Encoding = ResponseEncoding.Protobuf }, code, body.Length, isExact: true);
        target.Writer.Write(body.Written);
        await target.CompleteAsync();
    }

    public static Task WriteErrorAsync(this HttpContext context, ResourceError error, string? continueToken = null)
    {
        if (error.RetryAfterSeconds > 0)
        {
            context.Response.Headers.RetryAfter = error.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }

        return context.WriteJsonAsync(ResponseFormat.OfStatus(context.Request), StatusBody.Failure(error, continueToken), error.Code);
    }

    /// <summary>Warnings for the client, annotations for the audit log.</summary>
    public static void AddNotes(this HttpContext context, MutationResult result)
    {
        context.AddWarnings(result.Warnings);
        if (result.AuditAnnotations is { } annotations)
        {
            context.Features.Get<AuditRecord>()?.Annotate(annotations);
        }
    }

    /// <summary><c>Warning: 299 - "text"</c>; kubectl prints them.</summary>
    public static void AddWarnings(this HttpContext context, ImmutableArray<string> warnings)
    {
        foreach (var warning in warnings)
        {
            var text = warning.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            context.Response.Headers.Append("Warning", $"299 - \"{string.Concat(text.Where(static c => c is >= ' ' and < (char)127))}\"");
        }
    }
}
