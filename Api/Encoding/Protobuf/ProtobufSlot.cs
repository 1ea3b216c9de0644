using System.Collections.Immutable;
using Crescent.Schema;

namespace Crescent.Api.Encoding.Protobuf;

/// <summary>The protobuf side of one JSON member.</summary>
/// <param name="Field">Number and shape.</param>
/// <param name="Item">Type of the value, an element or a map value when that is an object.</param>
/// <param name="Path">
/// Numbers of the inlined messages around it, outermost first. A message that comes in pieces is merged by whoever reads it, so each
/// member brings its own piece.
/// </param>
internal sealed record ProtobufSlot(SchemaField Field, SchemaType? Item, ImmutableArray<int> Path);
