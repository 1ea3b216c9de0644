using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Crescent.Cel.Typing;

/// <summary>
/// A type of <see href="https://github.com/google/cel-spec/blob/master/doc/langdef.md#values">CEL</see>. Types compare by content, except
/// type parameters, which are themselves.
/// </summary>
public sealed class CelType : IEquatable<CelType>
{
    /// <summary>Types written by an expression can double with every level; one that big is no longer told apart.</summary>
    private const int Largest = 200;

    public static readonly CelType Dyn = new(CelKind.Dyn, "dyn");
    public static readonly CelType Error = new(CelKind.Error, "!error!");
    public static readonly CelType Any = new(CelKind.Any, "any", "google.protobuf.Any");
    public static readonly CelType Null = new(CelKind.Null, "null", "null_type");
    public static readonly CelType Bool = new(CelKind.Bool, "bool");
    public static readonly CelType Int = new(CelKind.Int, "int");
    public static readonly CelType Uint = new(CelKind.Uint, "uint");
    public static readonly CelType Double = new(CelKind.Double, "double");
    public static readonly CelType String = new(CelKind.String, "string");
    public static readonly CelType Bytes = new(CelKind.Bytes, "bytes");
    public static readonly CelType Timestamp = new(CelKind.Timestamp, "timestamp", "google.protobuf.Timestamp");
    public static readonly CelType Duration = new(CelKind.Duration, "duration", "google.protobuf.Duration");
    public static readonly CelType AnyList = List(Dyn);
    public static readonly CelType AnyMap = Map(Dyn, Dyn);
    public static readonly CelType TypeOfAnything = new(CelKind.Type, "type");
    private readonly int _size;

    private CelType(CelKind kind, string name, string? runtimeName = null, ImmutableArray<CelType> parameters = default)
    {
        (Kind, Name, RuntimeName) = (kind, name, runtimeName ?? name);
        Parameters = parameters.IsDefault ? [] : parameters;
        _size = 1 + Parameters.Sum(static parameter => parameter._size);
    }

    public CelKind Kind { get; }

    /// <summary>As messages of the checker name it, without parameters.</summary>
    public string Name { get; }

    /// <summary>As <c>type(x)</c> names it.</summary>
    public string RuntimeName { get; }

    public ImmutableArray<CelType> Parameters { get; }

    /// <summary>Of an object type.</summary>
    public IReadOnlyDictionary<string, CelType> Fields { get; private init; } = FrozenDictionary<string, CelType>.Empty;

    public bool IsDynamic => Kind is CelKind.Dyn or CelKind.Error or CelKind.Any;

    public bool IsOptional => Kind == CelKind.Opaque && Name == "optional_type";

    public static CelType List(CelType element) => Bounded(new(CelKind.List, "list", null, [element]));

    public static CelType Map(CelType key, CelType value) => Bounded(new(CelKind.Map, "map", null, [key, value]));

    public static CelType Optional(CelType value) => Bounded(new(CelKind.Opaque, "optional_type", null, [value]));

    public static CelType TypeOf(CelType type) => Bounded(new(CelKind.Type, "type", null, [type]));

    public static CelType Opaque(string name) => new(CelKind.Opaque, name);

    public static CelType Parameter(string name) => new(CelKind.Parameter, name);

    /// <param name="fields">Kept and not copied: what is added later can be used by what is compiled later.</param>
    public static CelType Object(string name, IReadOnlyDictionary<string, CelType> fields) => new(CelKind.Object, name) { Fields = fields };

    public bool Equals(CelType? other) => ReferenceEquals(this, other)
        || (other is not null && Kind == other.Kind && Kind != CelKind.Parameter && Name == other.Name && _size == other._size
            && Parameters.AsSpan().SequenceEqual(other.Parameters.AsSpan()));

    public override bool Equals(object? obj) => Equals(obj as CelType);

    public override int GetHashCode() => HashCode.Combine(Kind, Name, _size);

    /// <summary>As messages of the checker name it: <c>map(string, timestamp)</c>.</summary>
    public override string ToString() => Parameters.IsEmpty ? Name : $"{Name}({string.Join(", ", Parameters)})";

    /// <summary>As messages about a result name it: <c>map(string, google.protobuf.Timestamp)</c>.</summary>
    public string ToRuntimeString() =>
        Parameters.IsEmpty ? RuntimeName : $"{RuntimeName}({string.Join(", ", Parameters.Select(static parameter => parameter.ToRuntimeString()))})";

    internal CelType With(ImmutableArray<CelType> parameters) => Bounded(new(Kind, Name, RuntimeName, parameters));

    private static CelType Bounded(CelType type) => type._size > Largest ? Dyn : type;
}
