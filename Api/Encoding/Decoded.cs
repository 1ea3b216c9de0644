using Crescent.Resources;

namespace Crescent.Api.Encoding;

/// <summary>A request body, or why it was refused.</summary>
/// <param name="Body">UTF-8 JSON (the raw bytes before decoding).</param>
/// <param name="Error">Non-null when refused.</param>
internal readonly record struct Decoded(byte[] Body, ResourceError? Error)
{
    public static Decoded Of(byte[] body) => new(body, null);

    public static Decoded Refused(ResourceError error) => new([], error);
}
