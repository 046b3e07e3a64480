using System.Buffers;
using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace TaskDashboard.Load.Floor;

/// <summary>A task of the floor: a few fields, the frames so far, and whoever watches.</summary>
internal sealed class FloorTask(string id, string title, string model)
{
    private readonly Lock gate = new();
    private readonly List<Channel<ReadOnlyMemory<byte>>> viewers = [];
    private readonly ArrayBufferWriter<byte> text = new(64);
    private readonly string messageId = "msg_" + Guid.CreateVersion7().ToString("N");
    private int seq;
    private string status = "running";
    private ReadOnlyMemory<byte> ending;

    public string Id { get; } = id;

    public DateTime CreatedAt { get; } = DateTime.UtcNow;

    public string Status => status;

    /// <summary>Everything so far as one first frame or two, then whatever comes.</summary>
    public ChannelReader<ReadOnlyMemory<byte>> Watch()
    {
        var channel = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new UnboundedChannelOptions { SingleReader = true });
        lock (gate)
        {
            channel.Writer.TryWrite(Encoding.UTF8.GetBytes($"event: snapshot\ndata: {{\"task\":{ToJson()},\"open_requests\":[],\"partial\":null,\"last_seq\":{seq},\"task_id\":\"{Id}\"}}\n\n"));
            if (text.WrittenCount > 0) channel.Writer.TryWrite(Delta(0, text.WrittenSpan));
            if (ending.IsEmpty)
            {
                viewers.Add(channel);
            }
            else
            {
                channel.Writer.TryWrite(ending);
                channel.Writer.Complete();
            }
        }

        return channel.Reader;
    }

    /// <summary>One token, already in JSON's form, to everyone.</summary>
    public void Append(ReadOnlySpan<byte> token)
    {
        lock (gate)
        {
            var frame = Delta(text.WrittenCount, token);
            text.Write(token);
            foreach (var viewer in viewers) viewer.Writer.TryWrite(frame);
        }
    }

    public void End(string outcome)
    {
        lock (gate)
        {
            status = outcome;
            var builder = new StringBuilder();
            AppendEvent(builder, "message", $"\"message_id\":\"{messageId}\",\"role\":\"assistant\",\"text\":\"{Encoding.UTF8.GetString(text.WrittenSpan)}\"");
            AppendEvent(builder, "status", $"\"status\":\"{outcome}\",\"reason\":null,\"reason_text\":null,\"previous\":\"running\"");
            builder.Append("event: end\ndata: {\"task_id\":\"").Append(Id).Append("\"}\n\n");
            ending = Encoding.UTF8.GetBytes(builder.ToString());
            foreach (var viewer in viewers)
            {
                viewer.Writer.TryWrite(ending);
                viewer.Writer.Complete();
            }

            viewers.Clear();
        }
    }

    public string ToJson() =>
        $"{{\"id\":\"{Id}\",\"title\":\"{title}\",\"status\":\"{status}\",\"reason\":null,\"agent_id\":\"floor\",\"agent_name\":\"Floor\",\"model\":\"{model}\",\"created_at\":\"{CreatedAt:O}\",\"last_seq\":{seq}}}";

    private void AppendEvent(StringBuilder builder, string type, string data)
    {
        seq++;
        builder.Append(CultureInfo.InvariantCulture, $"id: {seq}\nevent: {type}\ndata: {{\"seq\":{seq},\"id\":{seq},\"type\":\"{type}\",\"at\":\"{DateTime.UtcNow:O}\",\"task_id\":\"{Id}\",\"data\":{{{data},\"task_id\":\"{Id}\"}}}}\n\n");
    }

    private byte[] Delta(int offset, ReadOnlySpan<byte> piece) =>
        Encoding.UTF8.GetBytes($"event: message_delta\ndata: {{\"message_id\":\"{messageId}\",\"offset\":{offset},\"text\":\"{Encoding.UTF8.GetString(piece)}\",\"task_id\":\"{Id}\"}}\n\n");
}
