using System.Text.Json;
using System.Text.Json.Serialization;

namespace Crescent.Chaos.History;

/// <summary>Histories as JSON, so that one with violations can be looked at and checked again.</summary>
internal static class HistoryFile
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new JsonStringEnumConverter() } };

    public static async Task SaveAsync(RunHistory history, string path, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        await JsonSerializer.SerializeAsync(file, history, Options, cancellationToken);
    }

    public static async Task<RunHistory> LoadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync<RunHistory>(file, Options, cancellationToken)
            ?? throw new InvalidDataException($"{path} holds no history");
    }
}
