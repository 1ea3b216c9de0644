using System.Buffers;
using System.Text.Json;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Api.Responses;

/// <summary>Writes <see href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/">metav1.Status</see>.</summary>
internal static class StatusBody
{
    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Failure(ResourceError error, string? continueToken = null)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            WriteFailure(writer, error, continueToken);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static void WriteFailure(Utf8JsonWriter writer, ResourceError error, string? continueToken = null)
    {
        Begin(writer, "Failure", continueToken);
        writer.WriteString("message", error.Message);
        if (error.Reason.Length != 0)
        {
            writer.WriteString("reason", error.Reason);
        }

        if (HasDetails(error))
        {
            writer.WriteStartObject("details");
            WriteText(writer, "name", error.Name);
            WriteText(writer, "group", error.Group);
            WriteText(writer, "kind", error.Kind);
            WriteText(writer, "uid", error.Uid);
            if (!error.Causes.IsEmpty)
            {
                writer.WriteStartArray("causes");
                foreach (var cause in error.Causes)
                {
                    writer.WriteStartObject();
                    WriteText(writer, "reason", cause.Reason);
                    WriteText(writer, "message", cause.Message);
                    WriteText(writer, "field", cause.Field);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            }

            if (error.RetryAfterSeconds > 0)
            {
                writer.WriteNumber("retryAfterSeconds", error.RetryAfterSeconds);
            }

            writer.WriteEndObject();
        }
        else if (error.Reason is "NotFound" or "MethodNotAllowed")
        {
            writer.WriteStartObject("details");
            writer.WriteEndObject();
        }

        writer.WriteNumber("code", error.Code);
        writer.WriteEndObject();
    }

    /// <summary>Success, with the details of the object it is about when there is one.</summary>
    public static byte[] Success(ResourceKey? key = null, string uid = "", int? code = null)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            Begin(writer, "Success", null);
            if (key is { } subject)
            {
                writer.WriteStartObject("details");
                WriteText(writer, "name", subject.Name);
                WriteText(writer, "group", subject.Type.Group);
                WriteText(writer, "kind", subject.Type.Resource);
                WriteText(writer, "uid", uid);
                writer.WriteEndObject();
            }

            if (code is { } value)
            {
                writer.WriteNumber("code", value);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Begin(Utf8JsonWriter writer, string status, string? continueToken)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "Status");
        writer.WriteString("apiVersion", "v1");
        writer.WriteStartObject("metadata");
        if (continueToken is not null)
        {
            writer.WriteString("continue", continueToken);
        }

        writer.WriteEndObject();
        writer.WriteString("status", status);
    }

    private static bool HasDetails(ResourceError error) =>
        error.Name.Length != 0 || error.Kind.Length != 0 || error.Group.Length != 0 || error.Uid.Length != 0 || !error.Causes.IsEmpty
        || error.RetryAfterSeconds > 0;

    private static void WriteText(Utf8JsonWriter writer, string name, string value)
    {
        if (value.Length != 0)
        {
            writer.WriteString(name, value);
        }
    }
}
