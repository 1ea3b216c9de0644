using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Crescent.NodeAgent.Proxy;

/// <summary>A named part of a table. Immutable, so that its hash is computed once however often tables are built from it.</summary>
internal abstract class NftObject(string name)
{
    private UInt128? _hash;

    public string Name => name;

    /// <summary>Hash of name and content.</summary>
    public UInt128 Hash => _hash ??= BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(Content)));

    protected abstract string Content { get; }
}
