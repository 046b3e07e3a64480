using TaskDashboard.Core.Events;

namespace TaskDashboard.App.Api.Streams;

/// <summary>How the frames of one kind of stream are read. Implemented by empty structs, so that the writer's loop is compiled for each kind.</summary>
internal interface IStreamShape<in TFrame>
{
    static abstract string Name(TFrame frame);

    static abstract ReadOnlySpan<byte> Json(TFrame frame);

    static abstract long? Cursor(TFrame frame);

    /// <summary>Nothing comes behind this frame.</summary>
    static abstract bool IsLast(TFrame frame);
}

/// <summary>A task's stream, over with <c>end</c> or with the task itself; or a chat's, over with the chat.</summary>
internal readonly struct TaskStreamShape : IStreamShape<StreamFrame>
{
    public static string Name(StreamFrame frame) => frame.Name;

    public static ReadOnlySpan<byte> Json(StreamFrame frame) => frame.Json.Span;

    public static long? Cursor(StreamFrame frame) => frame.Cursor;

    public static bool IsLast(StreamFrame frame) => frame is EndFrame or ChatDeletedFrame || (frame is EventFrame && frame.Name == EventTypes.Deleted);
}

/// <summary>The list's stream; goes on for as long as somebody watches.</summary>
internal readonly struct ListStreamShape : IStreamShape<ListFrame>
{
    public static string Name(ListFrame frame) => frame.Name;

    public static ReadOnlySpan<byte> Json(ListFrame frame) => frame.Json.Span;

    public static long? Cursor(ListFrame frame) => frame.Cursor;

    public static bool IsLast(ListFrame frame) => false;
}
