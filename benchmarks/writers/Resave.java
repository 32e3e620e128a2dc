import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.poi.Version;
import org.apache.poi.ss.usermodel.Workbook;
import org.apache.poi.xssf.streaming.SXSSFWorkbook;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/** Saves every workbook of a folder again by Apache POI: java Resave.java xssf|sxssf IN OUT. */
public class Resave {
  public static void main(String[] given) throws Exception {
    System.out.println(Version.getVersion());
    File[] files = new File(given[1]).listFiles();
    for (File file : files) {
      try (InputStream in = new FileInputStream(file);
          XSSFWorkbook book = new XSSFWorkbook(in);
          OutputStream out = new FileOutputStream(new File(given[2], file.getName()))) {
        Workbook written = given[0].equals("sxssf") ? new SXSSFWorkbook(book) : book;
        written.write(out);
      } catch (Exception error) {
        System.err.println(file.getName() + ": " + error);
      }
    }
  }
}
