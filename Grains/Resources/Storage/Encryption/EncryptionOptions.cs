namespace Crescent.Grains.Resources.Storage.Encryption;

/// <summary>Encryption of objects in the database.</summary>
public sealed class EncryptionOptions
{
    /// <summary>
    /// File with the keys, one per line: <c>NAME:BASE64</c>, 32 bytes each. The first one is written with, all are read with. Empty (the
    /// default): objects are stored as they are.
    /// </summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Resource types whose bodies are encrypted; <c>secrets</c>.</summary>
    public IList<string> Types { get; set; } = ["secrets"];
}
