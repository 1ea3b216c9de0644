using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Identity;

namespace Crescent.Grains.Resources.Storage.Encryption;

/// <summary>
/// Envelope encryption: each body under a key of its own (AES-256-GCM), which is wrapped with the cluster's. The object's key is authenticated
/// with it, so that a row cannot be put in the place of another. The result is JSON, as the database's views expect.
/// </summary>
internal sealed class BodyCipher
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int KeyLength = 32;
    private static readonly byte[] Prefix = "{\"crescent.encrypted\":"u8.ToArray();
    private readonly IReadOnlyList<(string Name, byte[] Key)> _keys;

    /// <exception cref="InvalidDataException">The file holds no keys, or one that is not 32 bytes.</exception>
    public BodyCipher(IEnumerable<string> lines)
    {
        _keys = [.. lines.Where(static line => line.Length > 0 && line[0] != '#').Select(ReadKey)];
        if (_keys.Count == 0)
        {
            throw new InvalidDataException("the encryption key file holds no keys");
        }
    }

    public static bool IsEncrypted(ReadOnlySpan<byte> body) => body.StartsWith(Prefix);

    public byte[] Encrypt(ResourceKey key, ReadOnlySpan<byte> body)
    {
        Span<byte> own = stackalloc byte[KeyLength];
        RandomNumberGenerator.Fill(own);
        var about = About(key);
        var (name, cluster) = _keys[0];
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["crescent.encrypted"] = new JsonObject
            {
                ["version"] = 1, ["key"] = name, ["wrapped"] = Convert.ToBase64String(Seal(cluster, own, about)),
                ["data"] = Convert.ToBase64String(Seal(own, body, about)),
            },
        });
    }

    /// <summary>A body that was stored before encryption was turned on comes back as it is.</summary>
    /// <exception cref="CryptographicException">The key is unknown, or the row was tampered with.</exception>
    public byte[] Decrypt(ResourceKey key, byte[] body)
    {
        if (!IsEncrypted(body))
        {
            return body;
        }

        using var document = JsonDocument.Parse(body);
        var envelope = document.RootElement.GetProperty("crescent.encrypted");
        var name = envelope.GetProperty("key").GetString();
        var cluster = _keys.FirstOrDefault(item => item.Name == name).Key
            ?? throw new CryptographicException($"{key} is encrypted with the key '{name}', which is not in the key file");
        var about = About(key);
        return Open(Open(cluster, envelope.GetProperty("wrapped").GetBytesFromBase64(), about), envelope.GetProperty("data").GetBytesFromBase64(), about);
    }

    private static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> about)
    {
        var result = new byte[NonceLength + TagLength + plain.Length];
        var nonce = result.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var gcm = new AesGcm(key, TagLength);
        gcm.Encrypt(nonce, plain, result.AsSpan(NonceLength + TagLength), result.AsSpan(NonceLength, TagLength), about);
        return result;
    }

    private static byte[] Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text, ReadOnlySpan<byte> about)
    {
        if (text.Length < NonceLength + TagLength)
        {
            throw new CryptographicException("an encrypted row is too short");
        }

        var plain = new byte[text.Length - NonceLength - TagLength];
        using var gcm = new AesGcm(key, TagLength);
        gcm.Decrypt(text[..NonceLength], text[(NonceLength + TagLength)..], text.Slice(NonceLength, TagLength), plain, about);
        return plain;
    }

    private static byte[] About(ResourceKey key) => Encoding.UTF8.GetBytes(key.ToGrainKey());

    private static (string Name, byte[] Key) ReadKey(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var key = new byte[KeyLength + 16];
        return colon > 0 && Convert.TryFromBase64String(line[(colon + 1)..].Trim(), key, out var length) && length == KeyLength
            ? (line[..colon].Trim(), key[..KeyLength])
            : throw new InvalidDataException("a line of the encryption key file is not NAME:BASE64 with 32 bytes");
    }
}
